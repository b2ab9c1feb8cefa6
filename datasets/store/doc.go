// Package store keeps a municipality's facts as typed Parquet tables beside a manifest, identified by
// their content. It decides how facts lie on disk, how a new snapshot replaces the old one, and when a
// snapshot counts as damaged. It leaves to datasets/extract where facts come from and what they mean, and to
// datasets/cohort and features what follows from them. Arrow never leaves the package: what comes out is
// []rettidig.History.
//
// # The folder
//
//	WORK/store/CURRENT          the name of the snapshot that counts: 64 hexadecimal digits and a newline
//	WORK/store/LOCK             held (flock) while a snapshot is written
//	WORK/store/<sha256>/        one snapshot; its name is the SHA-256 of its manifest.json
//	    manifest.json           sources, counts, and the size, row count and SHA-256 of each table
//	    citizens.parquet  aids.parquet  services.parquet  screenings.parquet  sessions.parquet  statuses.parquet
//	    conditions.parquet
//	WORK/store/unfinished-*     what is being written, or what a killed process left
//
// CURRENT pins the manifest and the manifest pins the tables, so a snapshot that opens is exactly the one that
// was written. A snapshot is written beside the old one, synced (files, then folders), renamed, and only then
// named by CURRENT; a process killed at any moment leaves the old or the new. What a killed write left behind
// is removed by the next one. The snapshot that was replaced is removed at once: whoever has it open keeps its files.
//
// # Blocks
//
// A block is a run of whole citizens with RowGroup rows over all tables, and each table has one row group for each block
// in which it has rows. So a block can be read, and a citizen found, without the rest: the row groups of citizens name
// the first pseudonym of each block (statistics of id), those of the other tables the citizens (statistics of citizen).
// A Writer has two blocks in memory and Each so many as it has workers, whatever the number of citizens.
//
// EachPart reads some tables only, and of services the weeks of a window. The pages of services and aids are then decoded here
// and not by the library, since that is nearly all of the work: the weeks whole, of the other columns the values of rows in
// the window. A column that is not one page after its dictionary (one with very many words) is left to the library.
//
// # The tables
//
// Days are Parquet DATE (days since 1970-01-01). A column that ends in _after is a number of days after the column
// before it, or after 1970-01-01 where that is null: nearly all facts become known on the day they happened, or on
// the Sunday of the week, so it costs nothing, where a second date cost as much as the first. The column citizen is
// the row number, from 0, in the table citizens: four bytes that compress to almost nothing in sorted rows, where the
// pseudonym would be sixty. Rows are sorted by citizen, then in the order of rettidig's Compare functions. A column
// that is not said to be nullable has no nulls. The column retracted, in every table of facts, is the day on which the
// row was found to be wrong, null if it stands.
//
//	citizens    id          string  pseudonym; sorted, unique
//	            sex         string  female, male or unknown
//	            birth       date    null: unknown; 1 July of the year when birth_year is true
//	            birth_year  bool    only the year of birth is known
//	aids        citizen     int32
//	            iso         string  ISO 9999 class, 6 or 8 digits
//	            paragraph   string  canonical law paragraph; null: none was given
//	            lent, known_lent_after          null: the day is missing
//	            returned, known_returned_after  null: still out, or never booked back
//	            price       float   DKK; null: none was given
//	services    citizen     int32
//	            code        string  canonical service code; "X:" and the local name if not recognised
//	            week        date    the Monday; null: the day is missing
//	            known_after int32   6, the Sunday, unless it was written down later; null: the day is missing
//	            minutes     float   minutes in the week; null: missing
//	            count       int32   visits in the week
//	screenings  citizen     int32
//	            date, known_after   null: the day is missing
//	            need        double  need-of-help score in the delivery's own scale; null: missing
//	            ability     double  physical-ability score in the delivery's own scale; null: missing
//	            need_reason, ability_reason  string  canonical reason; null: none was given
//	sessions    citizen     int32
//	            date, known_after   null: the day is missing
//	            rating      int8    2 to 6, 1 when cancelled; null: none
//	            cancelled   bool
//	statuses    citizen     int32
//	            date, known_after   null: the day is missing
//	            status      string  canonical DigiRehab status
//	conditions  citizen     int32
//	            code        string  the ability's concept
//	            level       int8    0 to 4; null: assessed as not relevant
//	            date, known_after   null: the day is missing
//
// # Same input, same bytes
//
// Nothing on disk depends on the clock, the machine or the order of goroutines: the Parquet creator is fixed, blocks are
// cut by rows, columns are encoded at once but written in order, compression is zstd. Zstd rather than snappy because the
// Go encoder of snappy has assembly that may choose other matches than its portable twin. A new version of the Parquet
// library may give other bytes for the same facts; the content is the same, the snapshot gets another name.
//
// # Size
//
// By column, what was chosen and against what is in encodings, measured on the synthetic municipality's 2.1 million
// service weeks: differences for days (0.42 MB, dictionary 0.81), dictionaries for words and numbers. Minutes are not
// compressed: as compressed byte streams they would take 0.96 bytes each instead of 1.27, and more than half of the time in
// which twelve columns are computed from the store would go into decompressing them. Zstd level 3; level 1 is no faster to read, level 6 is a fifth smaller in the
// dictionary columns and takes twice the time to write.
package store
