// Reads and checks the attributes of one op.
#pragma once

#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "description.h"

namespace approxtorch {

// Every reader throws PlanError, naming op and attribute, where the attribute is absent, of another type or
// outside the given limits.
class Attributes {
 public:
  // where: "Conv 'conv1'", for messages. `values` outlives this object.
  Attributes(std::string where, const std::map<std::string, Attribute>& values)
      : where_(std::move(where)), values_(values) {}

  bool has(const std::string& name) const { return values_.count(name) != 0; }
  int64_t integer(const std::string& name, int64_t low, int64_t high);
  bool flag(const std::string& name) { return integer(name, 0, 1) != 0; }
  // Finite in float32.
  float number(const std::string& name);
  // In [low, high], in full precision.
  double real(const std::string& name, double low, double high);
  // May be ±infinity, but not NaN.
  float bound(const std::string& name);
  std::vector<int64_t> integers(const std::string& name, size_t count, int64_t low, int64_t high);
  // Any number of integers, at most kMaxRank.
  std::vector<int64_t> integers(const std::string& name, int64_t low, int64_t high);
  // One of `choices`; returns its index.
  size_t choice(const std::string& name, const std::vector<std::string>& choices);

  // Throws where an attribute was given that nobody asked for.
  void expectAllRead() const;

 private:
  const Attribute& find(const std::string& name);
  double real(const std::string& name);
  [[noreturn]] void fail(const std::string& name, const std::string& what) const;

  std::string where_;
  const std::map<std::string, Attribute>& values_;
  std::set<std::string> read_;
};

}  // namespace approxtorch
