// Package synth writes a synthetic municipality into the vendors' own file formats: the aid export keyed by
// CPR number (A1), the home-care export by week (H1), and the four training tables of DigiRehab (D1-D4),
// with the dirt that real deliveries have.
//
// It decides how the invented citizens live: ageing, frailty, services, aids, admissions, training courses,
// deaths and moves. Every outcome that a model may be asked about (completion, effect, decline) is one draw
// from a probability that is known and can be written to a truth file. It leaves to datasets/extract what a
// file means and to datasets/cohort what a label is; nothing but an evaluation may read the truth file.
//
// Every CPR number it emits has never been issued: born before 1960 and failing modulus 11. The municipality's
// younger edge is therefore whoever was born before 1960.
package synth
