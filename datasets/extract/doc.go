// Package extract reads what a municipality's vendors deliver: aids (A1 by CPR number, A2 by BorgerID with law paragraph
// and price), home care (H1 and H2, the same way), DigiRehab's four tables (D1 screenings, D2 statuses, D3 sessions done,
// D4 sessions cancelled), and two lists that are no facts: ISO classes (A3, without a header) and citizens (A4). They come
// as text with commas, semicolons or tabs, as sheets of a workbook, and packed as ZIP or gzip, one inside the other once.
//
// What is local to a municipality, such as the names of its columns and services, is told by a Mapping; Explain looks at
// a file of which nothing is known and proposes one.
//
// Reports to KL Gateway (K1) are read too: bundles of what changed in one citizen's record on one day, as JSON. They tell
// of functional abilities, of deaths, and of visits, which are counted in weeks that no file of home care tells of.
//
// It decides what a vendor's file means, which damage is safe to repair, which rows are set aside and
// which files are refused. It leaves what a course or a label is to datasets/cohort, keeping the facts to
// datasets/store, and the meaning of codes to datasets/codes. A file is known by its content, never by
// its name.
//
// # What happens to a row
//
// Every row below the header has exactly one fate, and for each file
//
//		read = kept + repaired + merged + dropped + quarantined
//
//	  - kept: became a fact as it stood.
//	  - repaired: became a fact after at least one of its values was repaired. What was repaired is counted
//	    apart, value by value, whatever became of the row.
//	  - merged: says what another row says (duplicate), says it less recently (superseded), was added to a row
//	    of the same citizen, week and service (added_up), or belongs to a list of citizens or classes.
//	  - dropped: is understood and is no fact, such as a service with no minutes.
//	  - quarantined: cannot be trusted, such as an id that belongs to nobody. Somebody should look at it.
//
// Notes count things worth knowing about rows that changed nothing, such as a service that no table knows.
// No count, example, warning or error shows a CPR number or the raw text of a cell. Names of services and codes that no
// table knows, and titles of columns, are listed; what in them could be a number of a person is masked. Free text is
// never loaded: columns that are not read are named, and no more.
//
// A report to KL Gateway has no rows: what is counted is each thing that an entry tells, and each entry that tells
// nothing. A visit that delivered two services is two; its line is that of the entry.
//
// # Rows that say the same
//
// Rows with the same citizen, class and lending day (aids), or citizen, week, service and supplier (home
// care), or citizen and day (screenings, sessions), or citizen, day and status are one group. Within one
// file, rows that are equal in every value we read are one row delivered twice; rows that differ are
// different things, and differing rows of home care are added up. When several files have rows of one
// group, the newest file is believed and the others' rows are duplicates or superseded, so that
// overlapping deliveries never count an hour of help twice. The newest file is the one whose preamble has
// the latest date, or, without a preamble, whose facts do. Suppliers' minutes are added up across files.
//
// # What was known when
//
// Files of a kind that say when they were made, more than a week apart, are vintages. What they tell differently
// is not superseded but kept as versions: the older one is retracted, and the newer known, from the day on which
// the newer file was made. A row that only the newer has, of a time that an older one covers and a citizen it
// knows, became known on that day too. A loan that was out and has been returned since is one loan. If less than
// nine in ten rows of the time that both cover are in both, they were drawn by different rules: nothing follows
// from their differences, a warning says so, and the newest is believed.
//
// # How much is read at once
//
// Open reads blocks of the files on all processors into rows of a fixed size, partitioned by citizen in the order
// of the ids, and puts on the disk what memory has no room for. Each takes one partition after the other, sorts
// it, settles it and passes the histories on. Memory holds a register of the citizens, some hundred bytes for each,
// and a few partitions; it does not grow with the rows of a citizen.
//
// # What is refused
//
// A file is refused, and with it the delivery, if it is empty, binary, truncated, of no known kind, lacks
// a column that its kind must have, changes separator on the way, or has too many rows to quarantine; so is an
// archive that has a password, is damaged, holds archives three deep or unpacks to far more than any table would. A sheet
// that is no table, beside others that are, is listed as not read, with why.
// The error says where and what to do. Every refused file of a delivery is named, not only the first.
package extract
