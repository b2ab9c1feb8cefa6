// Package businesscase turns rates into kroner. It decides two things.
//
// What a measured precision is worth: [FromPrecision] sends rates through the chain of SU7 ("Kunstig intelligens til
// beslutningsstøtte", City of Copenhagen), whose figures [ParamsOf] takes from its proposal file. They are the
// rates among the citizens a model *selects at capacity*, never its accuracy, and they carry counts, so
// the saving has a 90 % interval. An interval that holds 0 is said in words; a loss is a result.
//
// What it hangs on: a table over completion and effect, a tornado, and the rates at which the saving
// begins ([Sensitivity]).
//
// It leaves to others how rates are measured, whether selected citizens would have done well anyway
// (the caveats say so), and how a page looks. Numbers in, numbers out; same seed, same bytes.
package businesscase
