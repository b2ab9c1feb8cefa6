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
//
// CURRENT pins the manifest and the manifest pins the tables, so a snapshot that opens is exactly the one that
// was written. A snapshot is written beside the old one, synced (files, then folders), renamed, and only then
// named by CURRENT; a process killed at any moment leaves the old or the new. What a killed write left behind
// is removed by the next one. The snapshot that was replaced is removed at once: Open reads a snapshot into
// memory, so nobody has it open.
//
// # The tables
//
// Days are Parquet DATE (days since 1970-01-01). The column citizen is the row number, from 0, in the table
// citizens: four bytes that compress to almost nothing in sorted rows, where the pseudonym would be sixty.
// Rows are sorted by citizen, then in the order of rettidig's Compare functions. Strings are dictionary
// encoded except citizens.id. A column that is not said to be nullable has no nulls.
//
//	citizens    id          string  pseudonym; sorted, unique
//	            sex         string  female, male or unknown
//	            birth       date    null: unknown; 1 July of the year when birth_year is true
//	            birth_year  bool    only the year of birth is known
//	aids        citizen     int32
//	            iso         string  ISO 9999 class, 6 or 8 digits
//	            lent, known_lent          date  null: the day is missing
//	            returned, known_returned  date  null: still out, or never booked back
//	services    citizen     int32
//	            code        string  canonical service code; "X:" and the local name if not recognised
//	            week        date    the Monday; null: the day is missing
//	            known       date    the Sunday; null: the day is missing
//	            minutes     float   minutes in the week; null: missing
//	            count       int32   visits in the week
//	screenings  citizen     int32
//	            date, known date    null: the day is missing
//	            need        double  need-of-help score in the delivery's own scale; null: missing
//	            ability     double  physical-ability score in the delivery's own scale; null: missing
//	            need_reason, ability_reason  string  canonical reason; null: none was given
//	sessions    citizen     int32
//	            date, known date    null: the day is missing
//	            rating      int8    2 to 6, 1 when cancelled
//	            cancelled   bool
//	statuses    citizen     int32
//	            date, known date    null: the day is missing
//	            status      string  canonical DigiRehab status
//
// # Same input, same bytes
//
// Nothing on disk depends on the clock, the machine or the order of goroutines: the Parquet creator is fixed,
// row groups hold RowGroup rows, compression is zstd. Zstd rather than snappy because the Go encoder of snappy
// has assembly that may choose other matches than its portable twin. A new version of the Parquet library may
// give other bytes for the same facts; the content is the same, the snapshot gets another name.
package store
