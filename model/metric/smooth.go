package metric

import "math"

// SmoothECE returns the smooth calibration error (Blasiok and Nakkiran 2023): the residuals y - p are smoothed over p
// by a normal kernel reflected at 0 and 1, and the mean of their absolute value is taken; the kernel is as wide as the
// error that it shows, so there is no number of bins to choose and no jump when a probability crosses an edge.
//
// It is computed as the authors' program relplot does it, on a grid and with the width found by ten halvings, but
// without the 1e-4 that this adds to the density, and with the kernel in the middle of the row where relplot's is half a
// cell beside it (on grids of an even number of cells, which widths under 0.01 have). Weights count as rows do. A citizen's probability must be in [0, 1].
func SmoothECE(p, y, w []float64) float64 {
	check("SmoothECE", len(p), y, w)
	var total float64
	for i := range p {
		if !(p[i] >= 0 && p[i] <= 1) {
			panic("metric: SmoothECE of a probability outside [0, 1]")
		}
		total += weight(w, i)
	}
	if !(total > 0) {
		return math.NaN()
	}
	const least = 0.001 // of the width
	wide, narrow := 1.0, 0.0
	for range 10 {
		mid := (wide + narrow) / 2
		if mid < least || mid < smoothed(p, y, w, mid) {
			narrow = mid
		} else {
			wide = mid
		}
	}
	return smoothed(p, y, w, wide)
}

// smoothed is the smooth error for a kernel of this width.
func smoothed(p, y, w []float64, sigma float64) float64 {
	cells := max(2000, int(math.RoundToEven(20/sigma)))/2 + 1
	residual, density := make([]float64, cells), make([]float64, cells)
	for i := range p {
		v, at := weight(w, i), p[i]*float64(cells-1)
		k := min(int(at), cells-2)
		share := at - float64(k)
		density[k] += float64(v * (1 - share))
		density[k+1] += float64(v * share)
		r := v * (p[i] - y[i])
		residual[k] += float64(r * (1 - share))
		residual[k+1] += float64(r * share)
	}
	kernel := normalKernel(cells, sigma)
	residual, density = reflect(residual, kernel), reflect(density, kernel)
	points := max(int(math.RoundToEven(10/sigma)), 200)
	var sum, total float64
	for k := range points {
		t := float64(k) / float64(points-1) * float64(cells-1)
		c := min(int(t), cells-2)
		share := t - float64(c)
		sum += math.Abs(residual[c] + float64(share*(residual[c+1]-residual[c])))
		total += density[c] + float64(share*(density[c+1]-density[c]))
	}
	return sum / total
}

// normalKernel is the kernel at 0, 1, 2 ... cells of a grid over [0, 1], up to half the grid, or to where it has
// fallen under what a float64 can add.
func normalKernel(cells int, sigma float64) []float64 {
	var k []float64
	for d := 0; d <= (cells-1)/2; d++ {
		z := float64(d) / float64(cells-1) / sigma
		if z > 9 {
			break
		}
		k = append(k, math.Exp(-z*z/2))
	}
	return k
}

// reflect smooths values with the kernel; what would fall outside the grid falls back into it as from a mirror.
func reflect(values, kernel []float64) []float64 {
	n, reach := len(values), len(kernel)-1
	wide := make([]float64, n+2*reach)
	for i := range wide {
		k := i - reach
		if k < 0 {
			k = -k
		}
		if k > n-1 {
			k = 2*(n-1) - k
		}
		wide[i] = values[k]
	}
	out := make([]float64, n)
	for i := range out {
		mid := wide[i : i+2*reach+1]
		sum := kernel[0] * mid[reach]
		for d := 1; d <= reach; d++ {
			sum += float64(kernel[d] * (mid[reach-d] + mid[reach+d]))
		}
		out[i] = sum
	}
	return out
}
