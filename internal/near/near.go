// Package near finds the word that somebody meant. It decides how far a slip of the pen may reach; what to say about it
// is the caller's.
package near

import "strings"

// Word returns the word of known that is nearest to s by [Distance], capitals aside, if no more than a third of the
// longer one's letters (and at least one may) differ; of equally near ones the first; "" if none is near.
func Word(s string, known []string) string {
	best, found := -1, ""
	for _, k := range known {
		d := Distance(strings.ToLower(s), strings.ToLower(k))
		if d <= max(1, (max(len([]rune(s)), len([]rune(k)))+1)/3) && (best < 0 || d < best) {
			best, found = d, k
		}
	}
	return found
}

// Distance is the number of letters to insert, remove, change or swap with their neighbour to make b of a, no letter
// twice (optimal string alignment, Damerau 1964).
func Distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	d := make([][]int, len(x)+1)
	for i := range d {
		d[i] = make([]int, len(y)+1)
		d[i][0] = i
	}
	for j := range y {
		d[0][j+1] = j + 1
	}
	for i := range x {
		for j := range y {
			cost := 1
			if x[i] == y[j] {
				cost = 0
			}
			d[i+1][j+1] = min(d[i][j+1]+1, d[i+1][j]+1, d[i][j]+cost)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				d[i+1][j+1] = min(d[i+1][j+1], d[i-1][j-1]+1)
			}
		}
	}
	return d[len(x)][len(y)]
}
