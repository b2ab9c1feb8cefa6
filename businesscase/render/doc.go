// Package render shows a computed proposal: Tables 1 to 3 in the municipality's layout and sign convention, what
// they come to in one sentence, and the formulas in words with their values; as text for a terminal and as a web page
// that needs nothing else. It decides words, order and number format. What the figures are is decided by package
// proposal; a workbook is written by package xlsx.
package render
