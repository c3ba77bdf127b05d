// Ada, as one unit, but for its domain-to-ASCII: url_domain.cc has that.

#include "ada.h"

// The declarations have been read: what is defined from here on has another name, and calls go to ours.
#define to_ascii ada_to_ascii
// clang-format off: the other sources count on what the first includes.
#include "unicode.cpp"
#undef to_ascii
#include "checkers.cpp"
#include "helpers.cpp"
#include "implementation.cpp"
#include "parser.cpp"
#include "serializers.cpp"
#include "url.cpp"
#include "url_aggregator.cpp"
#include "url_components.cpp"
#include "url_pattern.cpp"
#include "url_pattern_helpers.cpp"
// clang-format on
