package tree

// A column's Shapley value is what it adds to the expected payment if every other column is known with the chance t,
// each on its own, averaged over t from 0 to 1 (Owen 1972, the multilinear extension). For one t a tree is a chain of
// chances. Where a column is asked about for the first time, the row goes the other way than its own with the chance
//
//	c = z u,   u = 1-t
//
// z being the share of the training rows that go the other way: the column must be unknown. Where the column was asked
// about before and the row would have gone all ways so far, which a share y of the training rows did, it is c = z y u / f
// with f = t + y u, for having come here makes it likelier that the column is known. If the row would have gone another
// way further up, the column is unknown here, and c = z whatever t is. So with p for the chance of getting to a question,
// and q for what is expected from there on,
//
//	p(other) = c p        p(own) = p - p(other)
//	e = c (q(own) - q(other))        q = q(own) - e
//
// and the question adds p e / (u f) to what its column adds (f = 1 the first time, nothing if it is unknown). In t that
// is a polynomial, of a degree below the number of different columns on the longest way, so that Gauss's rule gives the
// average over t exactly.
//
// All questions of some trees are worked out together, level by level, points of the rule beside one another: no step
// waits for the one before it.

// points is how many points of a rule are worked on beside one another.
const points = 8

// vec holds one number for each point.
type vec [points]float64

// vecBytes is how far one is from the next: places are counted in bytes, as the assembly wants them.
const vecBytes = points * 8

// A row's answer is 0 for left and 1 for right. Where the column was asked about before, repeated is added, and if it must
// be that the column is unknown, unknown. Bit 0 is set then, so that what is said of rows that go right holds: the
// shares sum to 1 whichever way is called the other.
const (
	unknown  = 2
	repeated = 4
)

// term is y u / f and 1 / f at each point for a question that asks again; at the first place that for unknown columns.
type term struct{ chance, known vec }

// forget notes of which columns that were asked about before nothing is known, given the answers.
func (f *forest) forget(says []uint8) {
	for i := range f.again {
		a := &f.again[i]
		x := says[a.prev]&^repeated ^ a.right
		x = (x | x>>1) & 1 // 1: the other way, or unknown
		says[a.number] = repeated | x*unknown | says[a.number] | x
	}
}

// addPlain adds to what is noted of each column what the questions of the forest add at some points. The row's answers
// are known. A processor may have a faster way to the same bytes: add. One that can multiply and add at once may do so even
// across statements, so each product that is added or subtracted is made a float64 first.
func (f *forest) addPlain(w *room, terms []term, b *block) {
	n := len(f.splits) + len(f.ends)
	answers := w.says[f.first:]
	at := w.at[:n+len(f.leaves)] // p on the way down, q on the way up
	for i := range f.roots {
		at[i] = b.share // for p = 1: what is added is weighed in advance
	}
	for i := range f.splits {
		s, says := &f.splits[i], answers[i]
		chance := &b.u
		if s.again > 0 {
			chance = &s.term(terms, says).chance
		}
		share, p := s.share[says&1], &at[i]
		other, own := &at[s.to[says&1]/vecBytes], &at[s.to[says&1^1]/vecBytes]
		for k, c := range chance {
			o := float64(p[k] * float64(share*c))
			other[k], own[k] = o, p[k]-o
		}
	}
	for i, v := range f.leaves {
		at[n+i] = vec{v, v, v, v, v, v, v, v}
	}
	for i := range f.ends {
		e, at := &f.ends[i], &at[len(f.splits)+i]
		pays, to := &e.pays[answers[len(f.splits)+i]], &w.phi[e.column/vecBytes]
		for k, u := range b.u {
			d := float64(pays.less * u)
			to[k] += float64(at[k] * d)
			at[k] = pays.own - d
		}
	}
	for i := len(f.splits) - 1; i >= 0; i-- {
		s, says := &f.splits[i], answers[i]
		share, to, at1 := s.share[says&1], &w.phi[s.column/vecBytes], &at[i]
		other, own := &at[s.to[says&1]/vecBytes], &at[s.to[says&1^1]/vecBytes]
		if s.again == 0 {
			for k, u := range b.u {
				d := float64(float64(share*u) * (own[k] - other[k]))
				to[k] += float64(d * at1[k])
				at1[k] = own[k] - d
			}
			continue
		}
		t := s.term(terms, says)
		for k, c := range t.chance {
			d := float64(float64(share*c) * (own[k] - other[k]))
			to[k] += float64(d * at1[k] * t.known[k])
			at1[k] = own[k] - d
		}
	}
}

// term returns the term of a split that asks again.
func (s *split) term(terms []term, says uint8) *term {
	if says&unknown != 0 {
		return &terms[0]
	}
	return &terms[s.again/(2*vecBytes)]
}
