// Package plain reads any table from a CSV file: commas, semicolons or tabs, dots or commas as decimal sign,
// with or without quotes and a byte order mark. It decides which columns are numbers and which are levels,
// and what is missing; what a column is for, and which of them may be learned from, is left to the caller.
// The vendors' extracts, which need repair, are read by datasets/extract.
package plain
