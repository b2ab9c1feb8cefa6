// Package formula is the small language in which business-case proposals are calculated. A value is a series over
// calendar years, with a unit. The package decides what may be written, whether the units fit, what a formula is worth,
// and how it reads on a screen and in a spreadsheet. It leaves to others what the names stand for, in which order
// steps are computed, and what is done about a value that cannot be computed (NaN). Reading text into a tree is
// github.com/expr-lang/expr's; everything that tree can hold beyond this page is refused.
//
// # Writing a formula
//
// A formula is arithmetic over the names of parameters and earlier steps:
//
//	courses * completion * effect * value_per_citizen
//	(rate_with - rate_today) * citizens * 40_000
//	hours_per_week * weeks_per_year * price_per_hour
//	staff * salary * 0.5                                 half a year
//
// Numbers are written with a point, and _ may separate thousands: 0.25, 1_000, 1.5e6; 12.500, which a Dane reads as
// 12,500, is an error. A comma separates arguments only. Percentages are parameters with the unit percent, or 0.05.
//
// Names are small letters (a-z, æ, ø, å), digits and _, beginning with a letter. The names of functions and
// conversion constants, year, and, or, and a few words of other languages (if, not, let, in, true ...) cannot be
// names: [Reserved].
//
// Signs, the strongest first; those of one line are computed from the left:
//
//   - ^ (or **): a power, a whole number written out: rate^2, rate^-1
//   - -: minus before a value; -rate^2 is -(rate^2)
//   - *, /: also ×, · and ÷
//   - +, -: also −
//   - <, <=, >, >=, ==, !=: also ≤, ≥ and ≠; two sides, so a < b and b < c, not a < b < c
//   - and
//   - or
//   - condition ? a : b: a in the years in which the condition holds, b in the others
//
// Comparisons are conditions and nothing else: they cannot be added or multiplied.
//
//	year >= 2025 ? full_saving : 0
//	year == 2023 or year == 2024 ? start_cost : 0
//	demand > capacity ? capacity : demand
//
// # Functions
//
// Each works year by year, or over the years of the proposal, which are consecutive:
//
//	min(demand, capacity)                  the smallest of two or more
//	max(0, wanted - existing)              the largest of two or more
//	abs(a - b)                             without its sign
//	round(citizens * rate)                 to a whole number; ties away from zero: 218.5 is 219, -218.5 is -219
//	round(saving, 100_000)                 to a multiple, in base units: saving in kr to the nearest 100,000 kr
//	round(share_of_frame, 0.05)
//	round_down(citizens * rate)            toward zero; a value within half a millionth of a step below a multiple is that multiple
//	round_down(saving, 1000)
//	lag(treated)                           the value of the year before; 0 in the first year
//	lag(treated, 2)                        the value two years before; 0 in the first two
//	cumulative(investment) * 0.05          the sum of all years up to and including this one
//	total(saving)                          the sum over all years, in every year
//	at(saving, 2027)                       the value of 2027, in every year; the year must be one of the proposal's
//	year < first_year ? 0 : saving         the calendar year, a plain number; only in a comparison
//
// What is rounded to is a plain number in base units, or a value in the unit of what is rounded. It must be positive.
//
// # Units
//
// Every parameter has a unit: words joined by / (or "per", "pr.") and *, each with an amount before it and a power
// after it where needed ("1000 kr/citizen/year", "mio. kr", "minutes/day", "kr/1000 citizens", "km^2"). a/b/c is
// a per b per c; there are no brackets. Capitals do not matter, nor do the full stops of abbreviations or a
// remark in brackets: "share (upper)". In an amount three digits after a separator are thousands: 1.000 kr. and 1,000 kr
// are 1000 kr (in a formula, 1.000 is one, with a warning).
//
// Words that convert themselves, because they are one dimension. Values are computed in the first, the base unit:
//
//   - money: kr (kroner, DKK); 1000 kr (t.kr., tkr.); mio. kr (m kr, mio.kr., million kr); mia. kr (milliard kr)
//   - work: hours (timer); minutes (minutter, min.), each 1/60 hour
//   - plain numbers: 1 (number, antal, ratio, faktor); share (andel), and a share of anything ("share of
//     citizens", "andel af borgere"); percent (pct., procent, %) and percentage points (procentpoint), each 0.01
//
// Each calendar unit is a dimension of its own and never converts itself, because it matters whether a year is 52
// weeks or 47: day (dag, døgn), week (uge), month (måned), quarter (kvartal), year (år). Constants convert them:
//
//	weeks * 1 / weeks_per_year             52 weeks/year
//	months / months_per_year               12 months/year
//	hours_per_day * days_per_year          365 days/year
//	hours_per_day * days_per_week          7 days/week
//	break_time / minutes_per_hour          allowed and without effect: minutes convert themselves
//
// All other words are dimensions of their own. One dimension are: citizen(s), borger(e); person(s), people,
// personer; course(s), forløb; employee(s), medarbejder(e); FTE, full-time equivalent(s), årsværk; licence(s),
// license(s), licens(er); centre(s), center; unit(s), enhed(er); visit(s), besøg; passenger(s), passager(er);
// bus(es), busser; km, kilometre(s), kilometer. Any other word or words ("home care unit", "working day") is a new
// dimension; its English plural (-s; -ies for -y; -es after x, ch, sh, ss) is the same one. "number of citizens" and
// "antal borgere" are citizens.
//
// # What must fit
//
// Both sides of +, - and a comparison, the arguments of min and max, and the two outcomes of a condition must be in the
// same dimensions; 1000 kr and mio. kr are. The bare number 0 fits everything. Other numbers are plain:
// citizens - 1 is refused, and the 1 becomes a parameter in citizens. * and / combine units, ^ raises them; round, lag,
// cumulative, total and at keep them: a sum over years of kr/year is still kr/year. Where an amount stands in a
// column of a year, kr and kr/year mean the same ([Unit.SameButYear]).
//
// An error names the column, both parts and their units, and what would help: "multiply hours_per_week by
// weeks_per_year", "multiply hours by a price in kr/hour".
//
// # What cannot be computed
//
// A division by zero, a year that is not there, rounding to 0 and a comparison with such a value are NaN, and so is all that
// depends on them; only the outcome of a condition that is not chosen does no harm. A formula is at most 2,000
// bytes, 1,000 parts and 50 brackets deep.
package formula
