package boost

// mix turns the seed, what the number is for, and a count into 64 bits that look random (the finaliser of
// Steele, Lea and Flood 2014). Draws by hash need no order, so they are the same for any number of threads.
func mix(seed, purpose, i uint64) uint64 {
	x := seed ^ purpose*0x9e3779b97f4a7c15
	for range 2 {
		x += 0x9e3779b97f4a7c15 + i
		x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
		x = (x ^ x>>27) * 0x94d049bb133111eb
		x ^= x >> 31
	}
	return x
}

// drawn tells whether something is in a sample of the given share.
func drawn(hash uint64, share float64) bool { return float64(hash>>11) < share*(1<<53) }

// drawColumns returns which columns tree number k may use.
func (tr *trainer) drawColumns(k int) []bool {
	may := make([]bool, len(tr.bins.columns))
	first, least := -1, uint64(0)
	some := false
	for j := range may {
		if tr.bins.columns[j].lane < 0 {
			continue
		}
		h := mix(tr.opt.Seed, 0x636f6c+uint64(k)<<24, uint64(j)) // "col"
		may[j] = tr.opt.ColumnShare == 1 || drawn(h, tr.opt.ColumnShare)
		some = some || may[j]
		if first < 0 || h < least {
			first, least = j, h
		}
	}
	if !some && first >= 0 {
		may[first] = true
	}
	return may
}

// drawRows draws the rows of tree number k: in and out are those it is grown on and the others, in order.
// All rows of a group go the same way.
func (tr *trainer) drawRows(k int) {
	tr.in, tr.out = tr.in[:0], tr.out[:0]
	for i := range tr.learn {
		who := uint64(i)
		if tr.group != nil {
			who = uint64(uint32(tr.group[i]))
		}
		if drawn(mix(tr.opt.Seed, 0x726f77+uint64(k)<<24, who), tr.opt.RowShare) { // "row"
			tr.in = append(tr.in, int32(i))
		} else {
			tr.out = append(tr.out, int32(i))
		}
	}
}
