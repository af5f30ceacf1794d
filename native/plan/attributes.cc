#include "attributes.h"

#include <limits>

namespace approxtorch {

int64_t checkedInteger(double value, int64_t low, int64_t high, const std::string& what) {
  // Compared as doubles first: a cast of what does not fit is undefined.
  if (!(value >= static_cast<double>(low) && value <= static_cast<double>(high)) ||
      value != std::floor(value)) {
    throw PlanError(what + " must be an integer from " + std::to_string(low) + " to " + std::to_string(high) +
                    ", is " + std::to_string(value));
  }
  return static_cast<int64_t>(value);
}

const Attribute& Attributes::find(const std::string& name) {
  const auto found = values_.find(name);
  if (found == values_.end()) fail(name, "is missing");
  read_.insert(name);
  return found->second;
}

double Attributes::real(const std::string& name) {
  const double* value = std::get_if<double>(&find(name));
  if (value == nullptr) fail(name, "must be a number");
  return *value;
}

int64_t Attributes::integer(const std::string& name, int64_t low, int64_t high) {
  return checkedInteger(real(name), low, high, where_ + ": attribute '" + name + "'");
}

float Attributes::number(const std::string& name) {
  const double value = real(name);
  if (!(std::fabs(value) <= std::numeric_limits<float>::max())) fail(name, "must be a finite float32");
  return static_cast<float>(value);
}

double Attributes::real(const std::string& name, double low, double high) {
  const double value = real(name);
  if (!(value >= low && value <= high)) {
    fail(name, "must be from " + std::to_string(low) + " to " + std::to_string(high) + ", is " +
                   std::to_string(value));
  }
  return value;
}

float Attributes::bound(const std::string& name) {
  const double value = real(name);
  if (std::isnan(value)) fail(name, "is NaN");
  if (std::isinf(value)) return static_cast<float>(value);
  if (!(std::fabs(value) <= std::numeric_limits<float>::max())) fail(name, "does not fit float32");
  return static_cast<float>(value);
}

std::vector<int64_t> Attributes::integers(const std::string& name, int64_t low, int64_t high) {
  const auto* list = std::get_if<std::vector<double>>(&find(name));
  if (list == nullptr) fail(name, "must be a list of numbers");
  if (list->size() > kMaxRank) fail(name, "has more than " + std::to_string(kMaxRank) + " numbers");
  std::vector<int64_t> result;
  for (const double value : *list) {
    result.push_back(checkedInteger(value, low, high, where_ + ": attribute '" + name + "'"));
  }
  return result;
}

std::vector<int64_t> Attributes::integers(const std::string& name, size_t count, int64_t low, int64_t high) {
  std::vector<int64_t> result = integers(name, low, high);
  if (result.size() != count) {
    fail(name, "must have " + std::to_string(count) + " numbers, has " + std::to_string(result.size()));
  }
  return result;
}

size_t Attributes::choice(const std::string& name, const std::vector<std::string>& choices) {
  const std::string* value = std::get_if<std::string>(&find(name));
  std::string list;
  for (size_t i = 0; i < choices.size(); ++i) {
    if (value != nullptr && *value == choices[i]) return i;
    list += (i == 0 ? "'" : ", '") + choices[i] + "'";
  }
  fail(name, "must be one of " + list);
}

void Attributes::expectAllRead() const {
  for (const auto& [name, value] : values_) {
    if (read_.count(name) == 0) fail(name, "is unknown here");
  }
}

void Attributes::fail(const std::string& name, const std::string& what) const {
  throw PlanError(where_ + ": attribute '" + name + "' " + what);
}

}  // namespace approxtorch
