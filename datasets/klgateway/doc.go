// Package klgateway reads and writes delivery reports to KL Gateway: FHIR R4 Bundles that hold what changed in one
// citizen's care record on one day. A file is one bundle, an array of bundles, or bundles one after the other (NDJSON).
//
// It decides what an entry means and what became known when. It leaves to datasets/extract whose file it is and what a
// row's fate is called in a report, to datasets/codes what a code means, and to datasets/pseudonym how a citizen becomes
// a pseudonym. Only the elements named in readKeys are ever loaded; names, addresses, notes and other free text are
// passed over byte by byte.
//
// # What becomes which fact
//
//   - Condition on an ability (FSIII J, with a level): rettidig.Condition. A nursing condition (FSIII I, without a level)
//     is health data that nothing here needs: it is counted and not read.
//   - Patient that is deceased: rettidig.StatusChange HasDied. The profile tells that a citizen is dead and not when; the
//     day is then the day of the report.
//   - Procedure (an unplanned delivery) and a finished Encounter that names the planned interventions it delivered:
//     rettidig.ServiceWeek with a count and no minutes. The gateway knows no minutes, so it may speak only for weeks that
//     no home-care file covers.
//   - CarePlan (a planned intervention): a Record of its own kind. It says what was granted, not what was done, and is
//     no fact of a history.
//   - Observation, Goal and everything else: counted.
//
// # What becomes known when
//
// A resource counts as known on the day of its meta.lastUpdated, else of the bundle's timestamp. The same resource id
// again is a new version of the same resource, and a report may repeat a resource that did not change, because others
// refer to it. Settle puts the versions of one citizen's resources in order, from however many files:
//
//   - the same content again is no news;
//   - an ability that is assessed to another level later is a new assessment: both are true, each on its day. The
//     profile keeps recordedDate, the day on which the condition was opened, so the new level happened on the day on
//     which it was written;
//   - any other change is a correction: the older version is retracted on the day on which the newer one became known;
//   - entered-in-error retracts every version of the resource.
package klgateway
