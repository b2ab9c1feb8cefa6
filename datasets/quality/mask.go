package quality

import (
	"slices"

	"github.com/rettidig/rettidig/datasets/cpr"
	"github.com/rettidig/rettidig/datasets/extract"
)

// masked returns a copy of a report in which the names that come from outside, of files, members, sheets, columns and
// codes, hold nothing that could be a citizen's number.
func masked(r *extract.Report) *extract.Report {
	out := *r
	out.Files = slices.Clone(r.Files)
	for i := range out.Files {
		f := &out.Files[i]
		f.Name, f.Member, f.Sheet = cpr.Hide(f.Name), cpr.Hide(f.Member), cpr.Hide(f.Sheet)
		f.Mapping = slices.Clone(f.Mapping)
		for j := range f.Mapping {
			f.Mapping[j].Header = cpr.Hide(f.Mapping[j].Header)
		}
		f.Unread = slices.Clone(f.Unread)
		for j := range f.Unread {
			f.Unread[j] = cpr.Hide(f.Unread[j])
		}
		examples := map[string][]extract.Example{}
		for cause, list := range f.Examples {
			list = slices.Clone(list)
			for j := range list {
				list[j].Column = cpr.Hide(list[j].Column)
			}
			examples[cause] = list
		}
		f.Examples = examples
	}
	out.Ignored = slices.Clone(r.Ignored)
	for i := range out.Ignored {
		out.Ignored[i].Name = cpr.Hide(out.Ignored[i].Name)
	}
	for _, list := range []*[]extract.NameCount{&out.Unknown.Services, &out.Unknown.Classes, &out.Unknown.Paragraphs, &out.Unknown.Abilities} {
		*list = slices.Clone(*list)
		for i := range *list {
			(*list)[i].Name = cpr.Hide((*list)[i].Name)
		}
	}
	out.Warnings = slices.Clone(r.Warnings)
	for i := range out.Warnings {
		out.Warnings[i].Text = cpr.Hide(out.Warnings[i].Text)
	}
	return &out
}
