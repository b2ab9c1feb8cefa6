# demo and test are the README's two commands. Both do all their own set-up.
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
# Packages that start goroutines of their own: these run under the race detector.
RACE := ./datasets/extract ./datasets/cohort ./features ./model/... ./ledger ./api ./scoring ./pipeline

.PHONY: demo test check lint unit race browser office check-long bench clean

demo:
	go run ./cmd/scorer demo

test: lint unit race browser

lint:
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "gofmt would change:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	go vet ./...
	go vet -tags browser ./api/web
	go vet -tags office ./businesscase/xlsx
	go run $(STATICCHECK) ./...

unit:
	go test ./...

# The race detector needs a C compiler; the product does not. Of the generator and the store only what runs on several
# goroutines runs under it: the rest, such as a crash after every file operation, takes minutes there and has nothing to show.
race:
	./scripts/need g++ g++
	CGO_ENABLED=1 go test -race -short $(RACE)
	CGO_ENABLED=1 go test -race -short -run 'Workers|Readers|Writers|Part|Append|Replacement' ./datasets/synth ./datasets/store

browser:
	./scripts/need chromium chromium
	go test -tags browser ./api/web

# Opens the business case's workbooks in LibreOffice, which is 270 MB to install: not on every change.
office:
	./scripts/need soffice libreoffice-calc-nogui
	go test -tags office -count=1 -run LibreOffice ./businesscase/xlsx

# Slow statistical checks and longer fuzzing; run before a release, not on every change.
check-long: office
	RETTIDIG_LONG=1 go test -timeout 60m -count=1 ./...

bench:
	go test -run '^$$' -bench . -benchmem ./...

clean:
	rm -rf rettidig-demo
