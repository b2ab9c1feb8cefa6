package quality

import (
	"slices"

	"github.com/rettidig/rettidig/datasets/extract"
)

// masked returns a copy of a report in which the names that come from outside, of files, members, sheets, columns and
// codes, hold nothing that could be a citizen's number.
func masked(r *extract.Report) *extract.Report {
	out := *r
	out.Files = slices.Clone(r.Files)
	for i := range out.Files {
		f := &out.Files[i]
		f.Name, f.Member, f.Sheet = mask(f.Name), mask(f.Member), mask(f.Sheet)
		f.Mapping = slices.Clone(f.Mapping)
		for j := range f.Mapping {
			f.Mapping[j].Header = mask(f.Mapping[j].Header)
		}
		f.Unread = slices.Clone(f.Unread)
		for j := range f.Unread {
			f.Unread[j] = mask(f.Unread[j])
		}
		examples := map[string][]extract.Example{}
		for cause, list := range f.Examples {
			list = slices.Clone(list)
			for j := range list {
				list[j].Column = mask(list[j].Column)
			}
			examples[cause] = list
		}
		f.Examples = examples
	}
	out.Ignored = slices.Clone(r.Ignored)
	for i := range out.Ignored {
		out.Ignored[i].Name = mask(out.Ignored[i].Name)
	}
	for _, list := range []*[]extract.NameCount{&out.Unknown.Services, &out.Unknown.Classes, &out.Unknown.Paragraphs, &out.Unknown.Abilities} {
		*list = slices.Clone(*list)
		for i := range *list {
			(*list)[i].Name = mask((*list)[i].Name)
		}
	}
	out.Warnings = slices.Clone(r.Warnings)
	for i := range out.Warnings {
		out.Warnings[i].Text = mask(out.Warnings[i].Text)
	}
	return &out
}

// mask replaces runs of ten or more digits, with perhaps one hyphen, blank or dot between two of them, by a sign, for
// such a run may be a CPR number or a BorgerID. A run that begins like a year, month and day is the date of an export.
func mask(s string) string {
	out := []byte(nil)
	for i := 0; i < len(s); {
		end, digits := run(s[i:])
		if digits < 10 || isDate(s[i:i+end]) {
			out = append(out, s[i:i+max(end, 1)]...)
			i += max(end, 1)
			continue
		}
		out = append(out, "[number]"...)
		i += end
	}
	return string(out)
}

// run measures the digits that s begins with, with single separators between them.
func run(s string) (end, digits int) {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case '0' <= c && c <= '9':
			digits++
			end = i + 1
		case (c == '-' || c == ' ' || c == '.') && end == i && i > 0:
		default:
			return end, digits
		}
	}
	return end, digits
}

// isDate tells whether a run of digits is a date and time, as programs put them in names: 20240131-1200.
func isDate(s string) bool {
	d := make([]byte, 0, len(s))
	for i := range len(s) {
		if c := s[i]; '0' <= c && c <= '9' {
			d = append(d, c-'0')
		}
	}
	if len(d) != 12 && len(d) != 14 {
		return false
	}
	year, month, day, hour := 10*d[0]+d[1], 10*d[4]+d[5], 10*d[6]+d[7], 10*d[8]+d[9]
	return (year == 19 || year == 20) && month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && d[10] < 6
}
