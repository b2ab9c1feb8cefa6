package glm

// block is how many rows of all columns are worked on together, so that they stay in the cache.
const block = 256

func sum(a []float64) float64 {
	var s float64
	for _, v := range a {
		s += v
	}
	return s
}

// dot adds in four strands; the order is fixed, so the result is the same in every run.
func dot(a, b []float64) float64 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float64
	i := 0
	for ; i+4 <= len(a); i += 4 {
		x, y := a[i:i+4:i+4], b[i:i+4:i+4]
		s0 += float64(x[0] * y[0])
		s1 += float64(x[1] * y[1])
		s2 += float64(x[2] * y[2])
		s3 += float64(x[3] * y[3])
	}
	for ; i < len(a); i++ {
		s0 += float64(a[i] * b[i])
	}
	return (s0 + s1) + (s2 + s3)
}

// dot4 returns the products of four columns with b, reading b once.
func dot4(a0, a1, a2, a3, b []float64) (s0, s1, s2, s3 float64) {
	a0, a1, a2, a3 = a0[:len(b)], a1[:len(b)], a2[:len(b)], a3[:len(b)]
	for i, v := range b {
		s0 += float64(a0[i] * v)
		s1 += float64(a1[i] * v)
		s2 += float64(a2[i] * v)
		s3 += float64(a3[i] * v)
	}
	return
}

// axpy adds f times x to y.
func axpy(f float64, x, y []float64) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] += float64(f * v)
	}
}

// gramOf returns the weighted cross products of the intercept and the columns in set.
func gramOf(cols [][]float64, set []int32, curv []float64) [][]float64 {
	return growGram(nil, cols, set, -1, curv)
}

// growGram keeps the products of the first old columns of set (none and no intercept if old is -1) and
// adds those of the others.
func growGram(gram, cols [][]float64, set []int32, old int, curv []float64) [][]float64 {
	k := len(set) + 1
	out := make([][]float64, k)
	flat := make([]float64, k*k)
	for i := range out {
		out[i] = flat[i*k : (i+1)*k]
		if i <= old {
			copy(out[i], gram[i])
		}
	}
	ones := make([]float64, block)
	for i := range ones {
		ones[i] = 1
	}
	weighted := make([]float64, block)
	part := make([][]float64, k)
	for from := 0; from < len(curv); from += block {
		to := min(from+block, len(curv))
		part[0] = ones[:to-from]
		for i, j := range set {
			part[i+1] = cols[j][from:to]
		}
		h := curv[from:to]
		for i := old + 1; i < k; i++ {
			z := weighted[:to-from]
			for r, v := range part[i] {
				z[r] = float64(v * h[r])
			}
			row := out[i]
			m := 0
			for ; m+4 <= i+1; m += 4 {
				a, b, c, d := dot4(part[m], part[m+1], part[m+2], part[m+3], z)
				row[m] += a
				row[m+1] += b
				row[m+2] += c
				row[m+3] += d
			}
			for ; m <= i; m++ {
				row[m] += dot(part[m], z)
			}
		}
	}
	for i := old + 1; i < k; i++ {
		for m := range i {
			out[m][i] = out[i][m]
		}
	}
	return out
}
