package sandbox

import (
	"fmt"
	"strings"
)

// Story is a scenario file (docs/scenarios.md): a set-up, then steps, each an act and everything that
// everybody received after it.
type Story struct {
	Name  string
	Setup []Line
	Steps []Step
	tail  []string // what follows the last step, kept by rewriting
	head  []string // the set-up as written, comments too
}

// Line is one line of the set-up: words, and values given as key=value.
type Line struct {
	No     int
	Words  []string
	Values map[string]string
}

// Step is one act with what it is expected to bring.
type Step struct {
	No     int
	lead   []string // comments and blank lines before it
	Act    string   // the line after "> "
	Expect []string
}

// ParseStory reads a scenario file; an error names the line.
func ParseStory(name string, data []byte) (*Story, error) {
	s := &Story{Name: name}
	var lead []string
	for i, raw := range strings.Split(strings.TrimRight(string(data), "\n"), "\n") {
		line := strings.TrimRight(raw, " \t\r")
		act, isAct := strings.CutPrefix(line, "> ")
		blank := line == "" || strings.HasPrefix(line, "#")
		switch {
		case isAct:
			s.Steps = append(s.Steps, Step{No: i + 1, lead: lead, Act: strings.TrimSpace(act)})
			lead = nil
		case len(s.Steps) == 0:
			s.head = append(s.head, line)
			if !blank {
				l, err := parseLine(i+1, line)
				if err != nil {
					return nil, fmt.Errorf("%s:%d: %w", name, i+1, err)
				}
				s.Setup = append(s.Setup, l)
			}
		case blank:
			lead = append(lead, line)
		case len(lead) > 0:
			return nil, fmt.Errorf("%s:%d: an expected line after a blank line or comment; only a step (> …) may follow one", name, i+1)
		default:
			last := &s.Steps[len(s.Steps)-1]
			last.Expect = append(last.Expect, line)
		}
	}
	s.tail = lead
	if len(s.Steps) == 0 {
		return nil, fmt.Errorf("%s: no step; a step is a line that begins with \"> \"", name)
	}
	return s, nil
}

// parseLine splits a line of the set-up at blanks; key=value may hold blanks in quotes: alias="华兴 二期".
func parseLine(no int, line string) (Line, error) {
	l := Line{No: no, Values: map[string]string{}}
	for rest := strings.TrimSpace(line); rest != ""; rest = strings.TrimSpace(rest) {
		end := strings.IndexByte(rest, ' ')
		if q := strings.Index(rest, `="`); q >= 0 && (end < 0 || q < end) {
			closing := strings.IndexByte(rest[q+2:], '"')
			if closing < 0 {
				return l, fmt.Errorf("a quote is not closed")
			}
			l.Values[rest[:q]] = rest[q+2 : q+2+closing]
			rest = rest[q+2+closing+1:]
			continue
		}
		word := rest
		if end >= 0 {
			word, rest = rest[:end], rest[end:]
		} else {
			rest = ""
		}
		if k, v, ok := strings.Cut(word, "="); ok {
			l.Values[k] = v
		} else {
			l.Words = append(l.Words, word)
		}
	}
	return l, nil
}

// With gives the file with what really came in the place of what was expected.
func (s *Story) With(got [][]string) []byte {
	lines := append([]string(nil), s.head...)
	for i, step := range s.Steps {
		lines = append(lines, step.lead...)
		lines = append(lines, "> "+step.Act)
		if i < len(got) {
			lines = append(lines, got[i]...)
		}
	}
	lines = append(lines, s.tail...)
	return []byte(strings.Join(lines, "\n") + "\n")
}

// difference compares one step's lines and says where they part, or "".
func difference(step Step, got []string) string {
	for i := range max(len(step.Expect), len(got)) {
		want, have := "(nothing)", "(nothing)"
		if i < len(step.Expect) {
			want = step.Expect[i]
		}
		if i < len(got) {
			have = got[i]
		}
		if want != have {
			return fmt.Sprintf("line %d, after \"> %s\", line %d of what came:\n  expected: %s\n  came:     %s", step.No, step.Act, i+1, want, have)
		}
	}
	return ""
}

// Compare compares what came with the whole story and says the first difference, or "".
func (s *Story) Compare(got [][]string) string {
	for i, step := range s.Steps {
		if d := difference(step, got[i]); d != "" {
			return d
		}
	}
	return ""
}
