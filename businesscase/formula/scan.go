package formula

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

const (
	maxBytes    = 2000
	maxBrackets = 50  // a spreadsheet takes 64
	maxDepth    = 400 // a sum of 400 terms
	maxNodes    = 1000
)

// keywords are words of the parser's own language that ours has no use for.
var keywords = map[string]string{
	"not": "turn the comparison round", "in": "compare with <, <=, ==, >= or >", "let": "make it a step of its own",
	"if": "write condition ? a : b", "else": "write condition ? a : b", "true": "write a comparison", "false": "write a comparison",
	"nil": "write 0", "matches": "", "contains": "", "startsWith": "", "endsWith": "",
}

// otherFunctions are names people try, with what they are called here.
var otherFunctions = map[string]string{
	"sum": "write a + b, cumulative(x) or total(x)", "ceil": "write -round_down(-x, 1) only if x is whole, or round(x + 0.5)",
	"floor": "write round_down(x)", "int": "write round_down(x)", "trunc": "write round_down(x)", "rounddown": "write round_down(x, to)",
	"if": "write condition ? a : b", "iif": "write condition ? a : b", "avg": "write (a + b) / 2", "mean": "write (a + b) / 2",
	"pow": "write x^2", "maximum": "write max(a, b)", "minimum": "write min(a, b)", "prev": "write lag(x)", "previous": "write lag(x)",
	"cumsum": "write cumulative(x)", "afrund": "write round(x)", "hvis": "write condition ? a : b",
}

// characters are those a formula may not hold that people write, with what to write.
var characters = map[rune]string{
	'"': "a formula has no text in it", '\'': "a formula has no text in it", '`': "a formula has no text in it",
	'[': "brackets are ( and )", ']': "brackets are ( and )", '{': "brackets are ( and )", '}': "brackets are ( and )",
	'%': "write 0.05 for 5 %, or make it a parameter in percent", ';': "arguments are separated by a comma",
	'#': "a comment belongs beside the formula", '$': "a name is letters, digits and _", '|': "write or", '&': "write and",
	'!': "write != for not equal", '=': "write == to compare; a formula is only the right side of an equals sign",
}

var (
	numeral = regexp.MustCompile(`^([0-9]+(?:_[0-9]{3})*(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?`)
	digits  = regexp.MustCompile(`^[0-9.]+(?:[eE][+-]?[0-9]+)?`)
	symbols = []string{"**", "<=", ">=", "==", "!=", "&&", "||", "+", "-", "*", "/", "^", "(", ")", ",", "<", ">", "?", ":"}
	refused = []struct{ text, msg, hint string }{
		{"//", "// begins a comment", "a comment belongs beside the formula; one / divides"},
		{"/*", "/* begins a comment", "a comment belongs beside the formula"},
		{"??", "?? is not an operator here", "write condition ? a : b"},
		{"?.", "?. is not an operator here", "write condition ? a : b, and 0.5 for .5"},
		{"::", ":: is not an operator here", "write condition ? a : b"},
		{"=>", "=> is not an operator here", "write >="},
		{"=<", "=< is not an operator here", "write <="},
		{"<>", "<> is not an operator here", "write !="},
	}
	// typeset are signs of print and what the parser reads for them.
	typeset = map[rune]string{'×': "*", '·': "*", '−': "-", '–': "-", '÷': "/", ':': ":", '≤': "<=", '≥': ">=", '≠': "!=", '\u00a0': " "}
)

// scan looks at a formula before the parser does: it refuses what the language has not got, with the place and
// what to write instead, and turns signs of print into the parser's. back[i] is the column of the i-th
// character of the text it returns.
func scan(src string) (text string, back []int, err *Error) {
	if len(src) > maxBytes {
		return "", nil, &Error{Column: 1, Msg: fmt.Sprintf("the formula is %d bytes long, want at most %d", len(src), maxBytes), Hint: "divide it into steps"}
	}
	var b strings.Builder
	write := func(s string, col int) {
		for range s {
			back = append(back, col)
			col++
		}
		b.WriteString(s)
	}
	runes := []rune(src)
	open := []int{}
	for i := 0; i < len(runes); {
		r, col := runes[i], i+1
		rest := string(runes[i:])
		switch {
		case r == unicode.ReplacementChar:
			return "", nil, &Error{Column: col, Msg: "the text is not UTF-8", Hint: "save the file as UTF-8"}
		case typeset[r] != "" && r != ':':
			for range typeset[r] {
				back = append(back, col)
			}
			b.WriteString(typeset[r])
			i++
		case unicode.IsSpace(r):
			write(" ", col)
			i++
		case unicode.IsDigit(r) || r == '.':
			if whole, fraction, ok := Thousands(digits.FindString(rest)); ok {
				return "", nil, &Error{Column: col, Msg: digits.FindString(rest) + " may be thousands", Hint: thousandsHint(whole, fraction)}
			}
			m := numeral.FindString(rest)
			after := rest[len(m):]
			if m == "" || after != "" && strings.ContainsRune("0123456789._", rune(after[0])) || startsLetter(after) {
				return "", nil, &Error{Column: col, Msg: "a number is not readable here", Hint: "write 1234.5 or 1_234.5; a name begins with a letter"}
			}
			if _, err := strconv.ParseFloat(strings.ReplaceAll(m, "_", ""), 64); err != nil {
				return "", nil, &Error{Column: col, Msg: "the number " + m + " is too large"}
			}
			write(m, col)
			i += len(m)
		case unicode.IsLetter(r) || r == '_':
			j := i
			for j < len(runes) && (unicode.IsLetter(runes[j]) || unicode.IsDigit(runes[j]) || runes[j] == '_') {
				j++
			}
			word := string(runes[i:j])
			if e := checkWord(word, strings.HasPrefix(strings.TrimSpace(string(runes[j:])), "(")); e != nil {
				e.Column = col
				return "", nil, e
			}
			write(word, col)
			i = j
		default:
			for _, no := range refused {
				if strings.HasPrefix(rest, no.text) {
					return "", nil, &Error{Column: col, Msg: no.msg, Hint: no.hint}
				}
			}
			k := slices.IndexFunc(symbols, func(s string) bool { return strings.HasPrefix(rest, s) })
			if k < 0 {
				return "", nil, &Error{Column: col, Msg: fmt.Sprintf("%q has no meaning here", r), Hint: characters[r]}
			}
			switch symbols[k] {
			case "(":
				open = append(open, col)
			case ")":
				if len(open) == 0 {
					return "", nil, &Error{Column: col, Msg: "this bracket closes nothing", Hint: "remove it, or open one before it"}
				}
				open = open[:len(open)-1]
			}
			if len(open) > maxBrackets {
				return "", nil, &Error{Column: col, Msg: fmt.Sprintf("more than %d brackets inside one another", maxBrackets), Hint: "divide it into steps"}
			}
			write(symbols[k], col)
			i += len(symbols[k])
		}
	}
	if len(open) > 0 {
		return "", nil, &Error{Column: open[len(open)-1], Msg: "this bracket is not closed", Hint: "add )"}
	}
	return b.String(), back, nil
}

func startsLetter(s string) bool {
	for _, r := range s {
		return unicode.IsLetter(r)
	}
	return false
}

// checkWord refuses a word that is neither a name nor ours; called says that a bracket follows.
func checkWord(word string, called bool) *Error {
	_, isFunction := functions[word]
	hint, isKeyword := keywords[word]
	switch {
	case word == "and" || word == "or":
		return nil
	case called && !isFunction:
		return &Error{Msg: word + " is not a function", Hint: cmpHint(otherFunctions[strings.ToLower(word)], nearestFunction(word))}
	case isKeyword:
		return &Error{Msg: word + " cannot be used in a formula", Hint: hint}
	case isFunction && !called:
		return &Error{Msg: word + " is a function", Hint: "write " + functions[word].usage}
	case !wellFormed(word):
		hint := "a name begins with a small letter and is small letters, digits and _"
		if low := strings.ToLower(word); wellFormed(low) {
			hint = "names are small letters: " + low
		}
		return &Error{Msg: word + " is not a name", Hint: hint}
	}
	return nil
}

func cmpHint(known, nearest string) string {
	if known != "" {
		return known
	}
	return nearest
}

// nearestFunction offers the function whose name shares a beginning or an end, else all of them.
func nearestFunction(word string) string {
	names := make([]string, 0, len(functions))
	for n := range functions {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		if len(word) >= 3 && (strings.HasPrefix(n, word[:3]) || strings.HasPrefix(word, n)) {
			return "write " + functions[n].usage
		}
	}
	return "functions are " + strings.Join(names, ", ") + "; write * to multiply"
}
