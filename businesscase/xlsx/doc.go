// Package xlsx writes a computed proposal as a workbook whose figures are live: parameters stand in cells of their own
// that may be changed, and every quantity, row, sum and payback is a formula over them. It decides the sheets, where
// each cell stands and how rounding is written; the formulas are package formula's, the tables' layout package render's.
package xlsx
