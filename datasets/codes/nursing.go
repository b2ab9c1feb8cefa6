package codes

import (
	"slices"
	"strings"
)

// nursingConditions are the UUIDs of FSIII's nursing conditions (helbredstilstande), sorted. We only have to tell them
// from abilities: they carry no level, and hold health data that nothing here needs.
var nursingConditions = []string{
	"0c0c9388-da32-4cfd-af9b-33c39896424b", "116ff724-09b7-45c0-bee5-8bbf1d500c63", "14d0e94f-35a0-4604-885d-6458d4d8023a",
	"15947075-ae22-45ca-94bb-ab5992a40c1e", "19503407-1ae8-4b17-b96a-98387c24278d", "1ee0cce8-b082-464a-a19c-808e7cb082eb",
	"1fdf6282-7e57-4e3d-91c4-c8b2f030c374", "24d20243-e3f1-4258-a4de-450774fea13c", "273eb475-1b94-4445-921b-13c829246494",
	"354af175-2fcf-4f24-9adc-e9c349cd64c0", "3dac3b51-364e-47c0-a043-15b6d7a6c405", "42b04f2b-3208-4cce-b52a-a5b293ce8846",
	"4a37483a-9d95-496b-a593-aa720a6228ac", "4d857481-a4f4-4ee6-84e9-366b8875839f", "555bc65d-6c7f-4848-b5bd-e6176c306986",
	"5b6f5ce1-24b0-486d-8bbb-f9711fec92dd", "5cc0c081-4b5a-4465-8635-7515768fbadc", "5f6830e9-a756-4255-8cec-021c1450de8b",
	"651a82a3-ff4b-44c1-89dd-574363b33e02", "68dcfecb-3b30-4392-bfb2-325174220323", "6c6a10b9-d4c3-44f6-8803-80466d158356",
	"6d72e1df-2873-48b2-a59d-6ee355b0e929", "6da78b57-2b00-43f2-b7f0-7045dd9aa1a5", "742d39b5-63b5-411b-8792-e0d35c914c8d",
	"78307e65-8f66-4d8b-972e-2431cf80e1ba", "7946e63c-036f-49f7-a5bc-1f5a8dc173c7", "7b6a52c6-7e0d-4800-a223-ebdd2c9261e4",
	"7dc00935-32e7-46f2-b12a-8d6adfc5ad77", "7fc48908-33a5-42bf-9d30-feb346e3af21", "82239c9a-001c-4027-896d-72caf62c2e31",
	"8a592ca5-f544-41d9-aeeb-fe50c2893b45", "8edb6c4d-0410-431c-bd8d-2c3b2d93461d", "92caace8-60e3-4861-80ac-6e372a700e1d",
	"a078cdbd-a1e0-4d02-a472-f010b971c156", "a2d41ce8-e0ee-4863-bfe0-5c19bbf1bf06", "ae911e37-1ed5-4c30-9622-c73640f1c606",
	"b4e4bb41-7734-4c84-967f-fa1916662972", "b754ce15-4de8-4ac6-8224-57432fd7cd6a", "bb0ea5fa-3462-40de-9047-a16fc4815a47",
	"bc239b8b-119e-41b4-ae53-4a51fb45e001", "bc65b137-9f5a-4889-82c2-c6764e5507f0", "c11de086-e05b-4cec-b550-a2f0244bf823",
	"d0496876-5673-4597-bd4a-6323d1dfea46", "d5966884-4e41-40c1-b711-6c6cde778360", "d80c56ae-e9f6-44e9-bd2d-103e10a7fef2",
	"dae40f60-8dab-4bd3-ab72-b07d0f278692", "e1dcf02e-6df5-487d-b596-3d499545468f", "e4a049fc-e20c-4117-b834-b475eee781da",
	"e671cc6c-a24b-4a50-82bf-8f3f6ab09c9a", "ee01e70d-0d2b-47a9-8f15-cb59ce4bf348", "f5a9fb78-bd27-4d98-821a-757cd65fab53",
	"f7619a25-1f4f-4940-83b8-913a2da0ef47", "f7710e83-a2d3-4c17-bcf6-bd084aec2efb", "fea2c964-eee3-485d-9d07-83a750d843e8",
}

// NursingCondition tells whether a code is a nursing condition: a legacy key of area I ("I7.1"), one of the keys of the
// simplified catalogue ("Problemer_med_smerter"), or a UUID.
func NursingCondition(code string) bool {
	key := strings.ToLower(strings.TrimSpace(code))
	if strings.HasPrefix(key, "problemer_med_") {
		return true
	}
	if area, number, dotted := strings.Cut(key, "."); dotted && len(area) >= 2 && area[0] == 'i' && number != "" && allDigits(area[1:]) && allDigits(number) {
		return true
	}
	_, found := slices.BinarySearch(nursingConditions, key)
	return found
}

// followUps are the results of a follow-up, by legacy key and UUID.
var followUps = [][2]string{
	{"E1", "9c90b0e5-9c0a-4b72-a18c-76cd6d6c6213"}, // goes on
	{"E2", "c6e71993-5d72-409a-8ab9-ecc094968635"}, // changed within the frame
	{"E3", "59753987-c38d-41c5-b201-0eeff3032fef"}, // ends
	{"E4", "61b9a5c2-2ea7-45ad-82b8-53cbb513290e"}, // a new assessment
}

// FollowUpByName maps a legacy key or UUID to "E1" to "E4".
func FollowUpByName(code string) (key string, ok bool) {
	code = strings.TrimSpace(code)
	for _, f := range followUps {
		if strings.EqualFold(code, f[0]) || strings.EqualFold(code, f[1]) {
			return f[0], true
		}
	}
	return code, false
}
