package quality

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"github.com/rettidig/rettidig"
)

// sampleSize is the number of citizens that a sample keeps of each source. Of a thousand, a share of 1 % is known to
// about 0.3 points.
const sampleSize = 1024

// Sample is the citizens with the smallest hashes of their pseudonyms, by source, sorted. Any two deliveries choose the
// same citizens, so those of the previous sample that should be in this one and are not are gone.
type Sample struct {
	Aids     []string `json:"aids"`
	Care     []string `json:"care"`
	Training []string `json:"training"`
}

// hashOf is the first eight bytes of SHA-256, in hex, whose order is that of the bytes.
func hashOf(id rettidig.CitizenID) string {
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:8])
}

// smallest keeps the sampleSize smallest hashes. It sorts only now and then.
type smallest struct {
	list  []string
	limit string // nothing from here on is among them; empty: there is no limit yet
}

func (s *smallest) add(hash string) {
	if s.limit != "" && hash >= s.limit {
		return
	}
	if s.list = append(s.list, hash); len(s.list) >= 4*sampleSize {
		s.settle()
	}
}

func (s *smallest) settle() []string {
	slices.Sort(s.list)
	s.list = slices.Compact(s.list)
	if len(s.list) >= sampleSize {
		s.list = s.list[:sampleSize]
		s.limit = s.list[sampleSize-1]
	}
	return s.list
}

// gone compares two samples: how many citizens of the previous one can be judged, and how many of them are not there
// now. A hash above the largest of a full sample may be there without being in the sample, so it cannot be judged.
func gone(prev, now []string) (judged, missing int) {
	limit := ""
	if len(now) >= sampleSize {
		limit = now[len(now)-1]
	}
	for _, h := range prev {
		if limit != "" && h > limit {
			break
		}
		judged++
		if _, found := slices.BinarySearch(now, h); !found {
			missing++
		}
	}
	return judged, missing
}
