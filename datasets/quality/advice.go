package quality

import (
	"strings"

	"github.com/rettidig/rettidig/datasets/extract"
)

// advice is what to do about a warning of the reader: how serious it is, and what to say to the vendor.
type advice struct {
	level   Level
	vendor  bool
	do      string
	da, who string // what is wrong and what to send, in Danish; the latter is empty if the vendor can do nothing
}

var advices = map[string]advice{
	"same-file-twice":      {Know, false, "leave one of them out", "Samme fil er leveret to gange", ""},
	"cut-off":              {Doubt, true, "copy the file again and compare its size with the sender's", "En fil slutter midt i en linje og er sandsynligvis afkortet", "Send filen igen, og oplys dens størrelse i bytes"},
	"no-rows":              {Doubt, true, "ask for the file again", "En fil har kolonneoverskrifter, men ingen rækker", "Kør udtrækket igen, og send filen"},
	"mixed-encoding":       {Know, true, "ask for UTF-8 throughout", "Filen blander tegnsæt (UTF-8 og Windows-1252)", "Send filen i UTF-8 hele vejen igennem"},
	"superseded":           {Know, false, "nothing, unless the files are from different suppliers", "Rækker er fortalt forskelligt i to filer; den nyeste gælder", ""},
	"done-and-cancelled":   {Know, true, "check that rating 1 means cancelled", "Gennemførte og aflyste træninger ligger i samme fil", "Send gennemførte og aflyste træninger i hver sin fil"},
	"kind-missing":         {Doubt, true, "ask for what is missing, or go on without the features that need it", "Leverancen mangler et udtræk", "Send det manglende udtræk"},
	"extract-date-guessed": {Know, true, "ask for the date of the run in the first lines", "Ingen fil fortæller, hvornår udtrækket er kørt", "Skriv kørselsdatoen i filens første linjer"},
	"stray-dates":          {Know, true, "look at the last months", "Enkelte datoer ligger længe efter alle andre", "Ret de fejltastede datoer"},
	"made-apart":           {Doubt, true, "ask for all files from one day", "Filerne er kørt på forskellige dage", "Kør alle udtræk samme dag"},
	"made-long-after":      {Doubt, true, "ask when the files were made, and for the last months", "Udtrækkets kørselsdato ligger længe efter det sidste, der er registreret", "Oplys kørselsdatoen, og send de sidste måneder, hvis de mangler"},
	"ids-do-not-join":      {Doubt, true, "ask for one kind of id in all files", "Nogle filer bruger CPR-nummer og andre BorgerID, så samme borger ikke kan genfindes", "Send alle filer med samme slags id"},
	"ids-reversible":       {Doubt, true, "treat the ids as CPR numbers, and ask for others", "BorgerID er beregnet af CPR-nummeret og kan regnes tilbage", "Send id'er, der ikke kan regnes tilbage til CPR-nummeret"},
	"replacement-numbers":  {Know, true, "ask whether the real numbers are known now", "Der er erstatnings-CPR-numre", "Send en liste over erstatningsnumre og de rigtige numre, hvor de kendes"},
	"sex-differs":          {Know, false, "the CPR number is believed", "Køn passer ikke til CPR-nummeret", ""},
	"birth-differs":        {Know, false, "the CPR number is believed", "Fødselsår passer ikke til CPR-nummeret", ""},
	"sex-unsure":           {Know, false, "most rows decide", "Samme borger har to forskellige køn", ""},
	"birth-unsure":         {Know, false, "most rows decide", "Samme borger har flere fødselsår", ""},
	"birth-impossible":     {Know, true, "ask for four-digit years", "Fødselsår giver ingen mulig alder", "Send fødselsår med fire cifre"},
	"crowded-id":           {Doubt, true, "ask who is behind these ids", "Et id har langt flere rækker end alle andre, og dækker måske over flere borgere", "Oplys, hvad disse id'er dækker over"},
	"weeks-without-care":   {Doubt, true, "ask for the weeks again", "Der er uger helt uden hjemmehjælp", "Send de manglende uger"},
	"care-implausible":     {Stop, true, "ask what the minutes column holds: minutes of the week, of one visit, or hours; then read it again with --minutes-are", "Hjemmehjælpens omfang ligner ikke dansk hjemmehjælp", "Oplys, om kolonnen med tid er minutter for hele ugen, minutter pr. besøg eller timer"},
	"classes-not-listed":   {Know, true, "ask for the whole list of classes", "Nogle ISO-klasser står ikke i den leverede klasseliste", "Send hele klasselisten"},
	"vintages-differ":      {Doubt, true, "ask which of the files is right", "To udtræk af samme periode er ikke enige", "Oplys, hvilket udtræk der er rigtigt, og hvorfor de er forskellige"},
	"gone-in-newer":        {Know, true, "ask whether they were deleted", "Rækker fra et ældre udtræk findes ikke i det nye", "Oplys, om rækkerne er slettet med vilje"},
	"patient-second-id":    {Know, false, "nothing: the cross key is believed", "Samme borger har flere PatientID", ""},
	"device-at-two":        {Know, true, "the earlier loan lacks its return", "Samme hjælpemiddel er udlånt til to borgere på én gang", "Send de manglende returdatoer"},
	"ability-scale-mixed":  {Doubt, true, "ask for one scale", "Fysisk formåen er opgjort på to skalaer", "Send fysisk formåen på én skala"},
	"bulk-registration":    {Doubt, true, "do not read these months as demand", "Udlån er registreret samlet", "Send de oprindelige udleveringsdatoer"},
	"system-change":        {Doubt, true, "ask for the earlier system's loans", "Historikken før et skift af fagsystem mangler", "Send udlån fra det tidligere fagsystem"},
	"never-booked-back":    {Doubt, true, "do not count these as aids in the home", "Gamle udlån er aldrig registreret returneret", "Send rettede returdatoer"},
	"batch-returns":        {Know, false, "nothing to mend", "Alle hjælpemidler er afleveret på én dag", ""},
	"closing-late":         {Know, false, "nothing to mend", "Forløb er lukket længe efter sidste træning", ""},
	"covid-spring":         {Know, false, "nothing to mend", "Praktisk hjælp faldt i foråret 2020", ""},
}

// ofWarning makes a finding of what the reader warned about. A warning that is not in the table is a doubt.
func ofWarning(w extract.Warning) Finding {
	f := Finding{Code: w.Code, Level: Doubt, Text: w.Text, N: w.N, From: NoMonth, To: NoMonth, Do: "look into it before the data are used"}
	if a, ok := advices[w.Code]; ok {
		f.Level, f.Vendor, f.Do, f.TextDA, f.DoDA = a.level, a.vendor, a.do, a.da, a.who
	}
	return f
}

// remedy is what to ask for when rows of a file were dropped or set aside for a cause, or values of it repaired.
type remedy struct{ send, wrongDA, sendDA string }

var (
	asText   = remedy{"export the column as text, not as a number", "", "Send kolonnen som tekst, ikke som tal"}
	realDate = remedy{"mend the dates, or send them as YYYY-MM-DD", "", "Ret datoerne, eller send dem som ÅÅÅÅ-MM-DD"}
)

func (r remedy) wrong(da string) remedy { r.wrongDA = da; return r }

var remedies = map[string]remedy{
	// set aside
	"quotes_malformed":    {"double every quotation mark inside a quoted cell", "Der står noget efter et afsluttende anførselstegn", "Skriv anførselstegn i tekst dobbelt"},
	"row_short":           {"export the whole row; look for line breaks inside cells", "Rækken har færre kolonner end overskriften", "Send hele rækken; se efter linjeskift i celler"},
	"row_long":            {"quote cells that hold the separator", "Rækken har flere kolonner end overskriften", "Sæt anførselstegn om celler, der indeholder skilletegnet"},
	"id_missing":          {"send the citizen of these rows", "Borgerens id mangler", "Send rækkerne med borgerens id"},
	"id_bogus":            {"send the citizen of these rows: 0, 681 or #VALUE! is nobody", "Id'et dækker ingen eller mange (0, 681, #VALUE!)", "Send rækkerne med borgerens rigtige id"},
	"id_rounded":          asText.wrong("Regnearket har afrundet id'et, så cifre er gået tabt"),
	"id_length":           {"send the whole id: a CPR number or a BorgerID of 12 digits", "Id'et er hverken et CPR-nummer eller et BorgerID med 12 cifre", "Send hele id'et"},
	"cpr_length":          {"send the whole CPR number, as text", "CPR-nummeret har ikke ti tegn", "Send hele CPR-nummeret som tekst"},
	"cpr_letters":         {"send the CPR number or a valid replacement number", "CPR-nummeret indeholder bogstaver eller tegn", "Send CPR-nummeret eller et gyldigt erstatningsnummer"},
	"cpr_date":            {"send the right CPR number", "CPR-nummeret begynder ikke med en dato", "Send det rigtige CPR-nummer"},
	"before_birth":        {"send the right date, or the right citizen", "Datoen ligger før borgerens fødsel", "Ret datoen eller borgeren"},
	"after_extract_date":  {"send the right date", "Datoen ligger efter den dag, udtrækket er kørt", "Ret datoen"},
	"date_missing":        {"send the date", "Datoen mangler", "Send rækkerne med dato"},
	"date_unreadable":     realDate.wrong("Datoen findes ikke eller kan ikke læses"),
	"iso_missing":         {"send the ISO class, with eight digits", "ISO-klassen mangler", "Send ISO-klassen med otte cifre"},
	"iso_unreadable":      {"send the ISO class, with eight digits", "ISO-klassen indeholder andet end cifre", "Send ISO-klassen med otte cifre"},
	"iso_length":          {"send the ISO class as text, with eight digits", "ISO-klassen har hverken 8 eller 6 cifre", "Send ISO-klassen som tekst med otte cifre"},
	"iso_no_such_class":   {"send the right ISO class", "ISO 9999 har ingen sådan hovedklasse", "Send den rigtige ISO-klasse"},
	"week_missing":        {"send year and week", "År eller uge mangler", "Send år og uge"},
	"week_unreadable":     {"send year and week as numbers", "År eller uge er ikke et tal", "Send år og uge som tal"},
	"week_no_such":        {"send the ISO week", "Året har ingen sådan uge", "Send ISO-ugen"},
	"service_missing":     {"send the service's name", "Ydelsens navn mangler", "Send ydelsens navn"},
	"service_unreadable":  {"send the service's name alone", "Ydelsens navn er for langt eller ligner et CPR-nummer", "Send kun ydelsens navn"},
	"minutes_missing":     {"send the minutes", "Minutter mangler", "Send minutter"},
	"minutes_unreadable":  {"send whole minutes", "Minutter er ikke et helt tal", "Send hele minutter"},
	"minutes_over_a_week": {"send minutes of the one week", "Der er flere minutter, end en uge har", "Send minutter for den ene uge"},
	"visits_missing":      {"send the number of visits", "Antal besøg mangler", "Send antal besøg"},
	"visits_unreadable":   {"send the number of visits as a whole number", "Antal besøg er ikke et helt tal", "Send antal besøg som helt tal"},
	"score_unreadable":    {"send the score as a number", "Scoren er ikke et tal", "Send scoren som tal"},
	"status_missing":      {"send the status", "Status mangler", "Send status"},
	"status_unknown":      {"send one of DigiRehab's statuses", "Status er ikke en af DigiRehabs", "Send DigiRehabs egen status"},
	"rating_missing":      {"send the rating", "Vurdering mangler", "Send vurderingen"},
	"rating_unreadable":   {"send a rating from 1 to 6", "Vurdering er ikke et helt tal fra 1 til 6", "Send vurderingen som et helt tal fra 1 til 6"},

	// dropped
	"returned_before_lent": {"send the right dates of lending and return", "Hjælpemidlet er returneret, før det er udlånt", "Ret udleverings- og returdato"},
	"minutes_negative":     {"send the corrected week instead of the correction", "Minutter er negative", "Send den rettede uge i stedet for rettelsen"},

	// repaired: the data are used, and the export can be made better
	"mojibake":               {"export as UTF-8", "Danske bogstaver er ødelagt (Ã¸ for ø)", "Send filen i UTF-8"},
	"iso_leading_zero":       asText.wrong("ISO-klassens foranstillede nul er væk"),
	"cpr_leading_zero":       asText.wrong("CPR-nummerets foranstillede nul er væk"),
	"id_number_format":       asText.wrong("Id'et er gemt som tal"),
	"return_date_unreadable": realDate.wrong("Returdatoen kan ikke læses og regnes for manglende"),
	"return_after_extract":   realDate.wrong("Returdatoen ligger efter udtrækkets dato"),
	"thousands_dot":          {"send numbers without a dot for thousands", "Tusindtalspunktum er læst som decimaltegn", "Send tal uden tusindtalspunktum"},
	"date_excel_number":      {"send dates as YYYY-MM-DD", "Datoer er gemt som regnearkets dagnumre", "Send datoer som ÅÅÅÅ-MM-DD"},
	"paragraph_is_iso":       {"send the paragraph, not the class", "Der står en ISO-klasse i paragrafkolonnen", "Send paragraffen"},
	"hmi_from_serial":        asText.wrong("HMI-nummeret er ødelagt af tusindtalspunktum"),
	"week_53_of_calendar_year": {"send the ISO year beside the ISO week", "Kalenderår er kombineret med ISO-uge (uge 53)",
		"Send ISO-året sammen med ISO-ugen"},
}

// remedyFor never fails: a cause that is not in the table is asked about by its meaning.
func remedyFor(cause string) remedy {
	if r, ok := remedies[cause]; ok {
		return r
	}
	return remedy{"send the rows again, mended at the source", strings.ReplaceAll(cause, "_", " "), "Ret rækkerne i kilden, og send dem igen"}
}
