package boost

import "math"

// split is a way to divide the rows of a node.
type split struct {
	gain        float64 // by which the loss falls, second order; 0: there is no split
	column      int
	bin         int // numeric: the values of bins <= bin go left
	missingLeft bool
	set         [4]uint64 // categorical: the bins that go left, that of what is missing among them
	left        cell      // sum of the rows that go left
}

// noise is the share of a node's fall below which a gain is rounding: rows that are all alike have none.
const noise = 1e-10

// better is the written rule for which of two splits is taken: the larger gain, then the column that comes
// first. Within a column the one tried first stays.
func (s *split) better(than *split) bool {
	return s.gain > than.gain || s.gain == than.gain && s.gain > 0 && s.column < than.column
}

// goesLeft tells where a bin of the split's column goes.
func (s *split) goesLeft(c *column, bin int) bool {
	switch {
	case c.categorical():
		return s.set[bin>>6]>>(bin&63)&1 == 1
	case bin == c.values:
		return s.missingLeft
	}
	return bin <= s.bin
}

// search looks for the best split of one node.
type search struct {
	packing
	lambda, alpha float64
	minGain       float64
	minHessian    int64 // units, at least 1
	minRows       int64
	opt           *Options

	total        cell
	rows         int64
	lower, upper float64 // bounds on the value of whatever leaf lies below
	counts       []cell  // rows by bin, of the column being looked at; nil: the cells have them, or they are not needed
	best         split
}

// value is that of a leaf before the rate.
func (s *search) value(g, h, lambda float64) float64 {
	switch {
	case g > s.alpha:
		g -= s.alpha
	case g < -s.alpha:
		g += s.alpha
	default:
		g = 0
	}
	return min(max(-g/(h+lambda), s.lower), s.upper)
}

// fall is by how much a leaf at its value lowers the loss against the value 0.
func (s *search) fall(g, h, lambda float64) float64 {
	v := s.value(g, h, lambda)
	return -(float64(g*v) + float64(0.5*(h+lambda)*v*v) + float64(s.alpha*math.Abs(v)))
}

// plain tells whether the gain is the simple quotient that numericPlain computes.
func (s *search) plain(c *column) bool {
	return s.alpha == 0 && s.counts == nil && c.monotone == 0 && math.IsInf(s.lower, -1) && math.IsInf(s.upper, 1)
}

// try looks at column j, whose cells are given, that of what is missing last.
func (s *search) try(j int, c *column, cells []cell) {
	was := s.best
	s.best = split{column: j}
	switch {
	case c.categorical():
		s.categorical(c, cells)
	case s.plain(c):
		s.numericPlain(c, cells)
	default:
		s.numeric(c, cells)
	}
	if s.best.gain > 0 {
		s.settle(c, cells)
	}
	if !s.best.better(&was) {
		s.best = was
	}
}

// settle sends what did not occur in the node to where more of it went, or, for a level, to where the
// missing go.
func (s *search) settle(c *column, cells []cell) {
	b := &s.best
	heavier := 2*s.hessianOf(b.left) > s.hessianOf(s.total)
	if !c.categorical() {
		if cells[c.values] == 0 {
			b.missingLeft = heavier
		}
		return
	}
	if cells[c.values] == 0 {
		b.missingLeft = heavier
	} else {
		b.missingLeft = b.set[c.values>>6]>>(c.values&63)&1 == 1
	}
	for k, cell := range cells {
		if cell == 0 && b.missingLeft {
			b.set[k>>6] |= 1 << (k & 63)
		}
	}
}

// gain returns what a split is worth whose left side has the given sum and, if counts are kept apart, the
// given number of rows. It is 0 if a side is too small or the order of the values is against the rule.
func (s *search) gain(left cell, rows int64, lambda float64, monotone int8) float64 {
	hl := s.hessianOf(left)
	hr := s.hessianOf(s.total) - hl
	if hl < s.minHessian || hr < s.minHessian {
		return 0
	}
	if s.counts == nil && s.countBits > 0 {
		rows = s.countOf(left)
	}
	if s.counts != nil || s.countBits > 0 {
		if rows < s.minRows || s.rows-rows < s.minRows {
			return 0
		}
	}
	g := s.gradientOf(left)
	gl, gr := float64(g)*s.gradient, float64(s.gradientOf(s.total)-g)*s.gradient
	fl, fr := float64(hl)*s.hessian, float64(hr)*s.hessian
	if monotone != 0 && (s.value(gl, fl, lambda)-s.value(gr, fr, lambda))*float64(monotone) > 0 {
		return 0
	}
	now := s.fall(float64(s.gradientOf(s.total))*s.gradient, float64(s.hessianOf(s.total))*s.hessian, s.lambda)
	if gain := s.fall(gl, fl, lambda) + s.fall(gr, fr, lambda) - now; gain > s.minGain+noise*now {
		return gain
	}
	return 0
}

// numeric tries every cut of the values, first with what is missing on the right, then on the left.
func (s *search) numeric(c *column, cells []cell) {
	var left cell
	var rows int64
	try := func(missingLeft bool, bins int) {
		for b := range bins {
			if cells[b] == 0 && (s.counts == nil || s.counts[b] == 0) {
				continue
			}
			left += cells[b]
			if s.counts != nil {
				rows += s.counts[b]
			}
			if gain := s.gain(left, rows, s.lambda, c.monotone); gain > s.best.gain {
				s.best.gain, s.best.bin, s.best.missingLeft, s.best.left = gain, b, missingLeft, left
			}
		}
	}
	try(false, c.values)
	left, rows = cells[c.values], 0
	if s.counts != nil {
		rows = s.counts[c.values]
	}
	if left == 0 && rows == 0 {
		return
	}
	missing, missingRows := left, rows
	try(true, c.values-1)
	if c.monotone != 0 {
		// Values against what is missing: there is no order to keep.
		left, rows = s.total-missing, s.rows-missingRows
		if gain := s.gain(left, rows, s.lambda, 0); gain > s.best.gain {
			s.best.gain, s.best.bin, s.best.missingLeft, s.best.left = gain, c.values-1, false, left
		}
	}
}

// numericPlain does the same where no value is bounded and alpha is 0: the gain is then a quotient, and
// quotients are compared without dividing. Bins without rows, in a small node most of them, are left out
// beforehand and without a branch, which nothing could predict.
func (s *search) numericPlain(c *column, cells []cell) {
	var at [256]uint8
	var sum [256]cell
	var left cell
	n := 0
	for b, c := range cells[:min(c.values, 255)] {
		left += c
		at[n&255], sum[n&255] = uint8(b), left
		n += int(uint64(c|-c) >> 63)
	}
	bin, gain := s.quotients(sum[:n], 0)
	missing, missingLeft := cells[c.values], false
	if missing != 0 {
		best := s.best.gain
		s.best.gain = gain
		if b, g := s.quotients(sum[:max(n-1, 0)], missing); b >= 0 {
			bin, gain, missingLeft = b, g, true
		}
		s.best.gain = best
	}
	if bin >= 0 {
		s.best.gain, s.best.bin, s.best.missingLeft, s.best.left = gain, int(at[bin]), missingLeft, sum[bin]
		if missingLeft {
			s.best.left += missing
		}
	}
}

// quotients returns the first place of the largest gain above the best so far, -1 if there is none, when
// the left side is what stands at the place plus more.
func (s *search) quotients(sum []cell, more cell) (int, float64) {
	gTotal, hTotal := s.gradientOf(s.total), s.hessianOf(s.total)
	up, shift, mask := (s.hessianBits+s.countBits)&63, s.countBits&63, int64(1)<<s.hessianBits-1
	countMask := int64(1)<<s.countBits - 1
	minRows, most := s.minRows, s.rows-s.minRows
	if s.countBits == 0 {
		minRows, most = 0, math.MaxInt64
	}
	minHessian, mostHessian := s.minHessian, hTotal-s.minHessian
	unit, lambda := s.hessian, s.lambda
	// In units of the squared gradient's; a gain is half the excess over now.
	g, h := float64(gTotal), float64(float64(hTotal)*unit)
	scale := 0.5 * s.gradient * s.gradient
	now := g * g / (h + lambda)
	best := now + max(noise*now+s.minGain/scale, s.best.gain/scale)
	at := -1
	for i, left := range sum {
		left += more
		hl := left >> shift & mask
		if rows := left & countMask; hl < minHessian || hl > mostHessian || rows < minRows || rows > most {
			continue
		}
		l, hf := float64(left>>up), float64(float64(hl)*unit)
		r, fl, fr := g-l, hf+lambda, h-hf+lambda
		if top, down := float64(l*l*fr)+float64(r*r*fl), fl*fr; top > best*down {
			best, at = top/down, i
		}
	}
	return at, scale * (best - now)
}
