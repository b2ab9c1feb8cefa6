// Package quality says whether a delivery can be used, what is wrong with it, and what to ask the vendor for.
//
// It decides what in the facts and in the reader's report is worth a finding, how serious a finding is, what a
// municipality's numbers should look like, and what changed since the previous delivery beyond what was to be expected.
// It leaves to datasets/extract what became of each row, and to the reader of the page what to do about it.
//
// An Observer sees each citizen's history once. It keeps counts by month, code and class and a sample of pseudonyms'
// hashes, so its memory follows from the number of codes and years, not from the number of citizens, and two
// observers of different citizens can be merged. Finish turns the counts and the reader's report into a Quality: one
// JSON document of format "rettidig-quality/1", which WriteText and WriteHTML show to people.
//
// # The document
//
//   - verdict: "usable", "doubts" or "do-not-use", and the reasons for it
//   - ask: what to ask the vendor for, most important first: file, lines, what is wrong, what to send
//   - findings: everything that was found, by level: stop, doubt, know
//   - coverage: rows and citizens by month, for each kind of fact
//   - regimes: the months in which codes changed, and when they were expected to
//   - returns: loans without a return by year of lending, in all and for the ten largest classes
//   - minutes: how home care compares with the country's under each meaning of the minutes column
//   - overlap: how many citizens are in one source and not in another
//   - services, classes: the codes in use, and unknown
//   - comparison: what changed since the previous delivery beyond expectation; absent if there is none
//   - sample: hashes of pseudonyms, to find in the next delivery who is gone
//   - extract: the report of datasets/extract
//
// Shares are in [0, 1]. A month is "2024-03". Nothing in it shows a CPR number or the text of a cell; digits in names of
// files and columns that could be a citizen's number are masked. The same facts and the same report give the same bytes.
package quality
