package glm

import "math"

// Scale says how one input column was standardised.
type Scale struct {
	Mean    float64 // of the values that are there
	SD      float64 // after missing values took the mean; 0: constant, left out
	Missing float64 // weighted share missing; 0: no indicator
}

// design is the standardised training table: one dense column per coefficient.
type design struct {
	scales []Scale
	cols   [][]float64
	source []int32 // input column of each
	isMiss []bool  // the column is an indicator of missing values
}

// newDesign standardises the given rows of x with the weights v, which add up to 1.
func newDesign(x [][]float64, rows []int32, v []float64) *design {
	d := &design{scales: make([]Scale, len(x))}
	for j, col := range x {
		d.addColumn(int32(j), col, rows, v)
	}
	return d
}

func (d *design) addColumn(j int32, col []float64, rows []int32, v []float64) {
	s := measure(col, rows, v)
	d.scales[j] = s
	if s.SD > 0 {
		z := make([]float64, len(rows))
		inv := 1 / s.SD
		for i, r := range rows {
			if f := col[r]; f == f { // NaN stays at the mean, which is 0
				z[i] = (f - s.Mean) * inv
			}
		}
		d.cols, d.source, d.isMiss = append(d.cols, z), append(d.source, j), append(d.isMiss, false)
	}
	if sd := missingSD(s.Missing); sd > 0 {
		z := make([]float64, len(rows))
		for i, r := range rows {
			if col[r] != col[r] {
				z[i] = (1 - s.Missing) / sd
			} else {
				z[i] = -s.Missing / sd
			}
		}
		d.cols, d.source, d.isMiss = append(d.cols, z), append(d.source, j), append(d.isMiss, true)
	}
}

// missingSD is the standard deviation of an indicator that is 1 for a share of all weight.
func missingSD(share float64) float64 {
	if share <= 0 || share >= 1 {
		return 0
	}
	return math.Sqrt(share * (1 - share))
}

// measure returns the scale of one column. A spread below 1e-9 of the mean is rounding, not spread.
func measure(col []float64, rows []int32, v []float64) Scale {
	var there, sum, total float64
	for i, r := range rows {
		total += v[i]
		if f := col[r]; f == f {
			there += v[i]
			sum += v[i] * f
		}
	}
	var s Scale
	if there > 0 {
		s.Mean = sum / there
	}
	var square float64
	missing := false
	for i, r := range rows {
		if f := col[r]; f == f {
			square += v[i] * (f - s.Mean) * (f - s.Mean)
		} else if v[i] > 0 {
			missing = true
		}
	}
	if sd := math.Sqrt(square / total); sd > 1e-9*math.Abs(s.Mean) {
		s.SD = sd
	}
	if missing {
		s.Missing = 1 - there/total
	}
	return s
}
