// From JavaScript values to a PlanDescription. Checks types; Plan checks the meaning.
#pragma once

#include <napi.h>

#include "../plan/description.h"

namespace approxtorch {

// `desc` is a Plan of src/engine/plan.ts. Appends the typed arrays that the description points into to
// `constants`. Throws Napi::TypeError.
PlanDescription convertPlan(const Napi::Object& desc, Napi::Array& constants);

// `value` as an integer in [low, high]. Throws Napi::TypeError, naming `what`.
int64_t integerArgument(const Napi::Value& value, int64_t low, int64_t high, const char* what);

}  // namespace approxtorch
