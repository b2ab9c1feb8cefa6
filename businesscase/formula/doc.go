// Package formula is the small language in which business-case proposals are calculated: a value is a series over
// calendar years with a unit. It decides what may be written, whether the units fit, what a formula is worth and how
// it reads on a screen and in a spreadsheet. It leaves to others what the names stand for, and in which order
// steps are computed.
package formula
