package extract

import (
	"cmp"
	"context"
	"slices"
	"sync/atomic"
)

// deviceRow is a loan of a device that is known by its serial number. These rows are partitioned by the device.
type deviceRow struct {
	device         [2]uint32
	who            int32 // place of the citizen in the order of all
	lent, returned uint16
}

// ends is the day of the return, beyond all days if there was none.
func (r *deviceRow) ends() int {
	if r.returned == 0 {
		return mostDays + 1
	}
	return int(r.returned)
}

// devicesAtTwo counts the devices that were lent to a citizen while they were lent to another. Such a device was
// returned and nobody wrote it down, or its number was mistyped.
func (d *Delivery) devicesAtTwo(ctx context.Context) (int64, error) {
	var total atomic.Int64
	err := d.everyPartition(ctx, func(_ *settler, partition int) error {
		rows, err := d.in.devices.load(partition, nil, false)
		if err != nil {
			return err
		}
		total.Add(atTwo(rows))
		return nil
	})
	return total.Load(), err
}

// atTwo sorts the rows and counts the devices of which a loan begins before one to somebody else has ended.
func atTwo(rows []deviceRow) (n int64) {
	slices.SortFunc(rows, func(a, b deviceRow) int {
		return cmp.Or(cmp.Compare(join64(a.device), join64(b.device)), cmp.Compare(a.lent, b.lent), cmp.Compare(a.ends(), b.ends()), cmp.Compare(a.who, b.who))
	})
	for len(rows) > 0 {
		device := rows[0].device
		// The two citizens whose loans, of those that have begun, end last.
		var latest, second struct {
			who  int32
			ends int
		}
		latest.who, second.who = nobody, nobody
		found := false
		for len(rows) > 0 && rows[0].device == device {
			r := rows[0]
			rows = rows[1:]
			other := latest
			if latest.who == r.who {
				other = second
			}
			found = found || other.who != nobody && int(r.lent) < other.ends
			ends := r.ends()
			switch {
			case latest.who == r.who:
				latest.ends = max(latest.ends, ends)
			case ends > latest.ends:
				second = latest
				latest.who, latest.ends = r.who, ends
			case ends > second.ends:
				second.who, second.ends = r.who, ends
			}
		}
		if found {
			n++
		}
	}
	return n
}
