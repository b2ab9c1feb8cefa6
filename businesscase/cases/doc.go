// Package cases holds the proposals of the catalogue "Effektiviseringskatalog 2023" (Sundheds- og Omsorgsudvalget, City of
// Copenhagen): SU1 to SU7 as proposal files, and the catalogue itself. It decides what these documents say, place by
// place, in the words and figures they use; and which of their figures follow from their own inputs ([Reproduce]).
//
// The files record. They do not say what is wrong: two sentences that differ stand beside each other. Lines in a source
// are those of the text taken out of the catalogue's PDF, with its pages in their order.
//
// It leaves to others: how a proposal is read and computed (package proposal), whether a proposal agrees with itself
// (check), how it looks (render), and what measured rates make of SU7 (businesscase).
package cases
