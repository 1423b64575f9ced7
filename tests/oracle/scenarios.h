/* SPDX-License-Identifier: MIT */
/*
 * scenarios.h - every scenario is a function without arguments, run in a process of its own.
 */
#ifndef SCENARIOS_H
#define SCENARIOS_H

#define SCENARIO(name) void scenario_##name(void);
#include "scenarios.def"
#undef SCENARIO

#endif
