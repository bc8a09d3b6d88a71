package ledger

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"duban/internal/fault"
)

// Elements (制约要素) are what problems are about (土地, 拆迁, 资金, 手续 …), in the order of the rules, with the
// words each is known by. They never change once made.
type Elements struct {
	names []string
	words map[string][]string
	fold  func(string) string
}

// maxElement is the longest name of an element, in characters; every problem keeps it.
const maxElement = 32

// NewElements makes the table: fold brings the ways of writing one thing to one form. A word that is of two
// elements, or of one that is not on the list, is refused.
func NewElements(names []string, words map[string][]string, fold func(string) string) (Elements, error) {
	e := Elements{names: names, words: map[string][]string{}, fold: fold}
	of := map[string]string{}
	for _, name := range names {
		if n := utf8.RuneCountInString(name); n == 0 || n > maxElement {
			return Elements{}, fmt.Errorf("rules: elements has %q; write names of 1 to %d characters", name, maxElement)
		}
		for _, w := range append([]string{name}, words[name]...) {
			w = fold(w)
			switch was := of[w]; {
			case w == "":
				return Elements{}, fmt.Errorf("rules: element_words has an empty word for %s; take it out", name)
			case was != "" && was != name:
				return Elements{}, fmt.Errorf("rules: the word %q is of the elements %s and %s; leave it with one", w, was, name)
			case was == "":
				of[w] = name
				e.words[name] = append(e.words[name], w)
			}
		}
	}
	for name := range words {
		if !slices.Contains(names, name) {
			return Elements{}, fmt.Errorf("rules: element_words has %q, which elements does not list; add it there", name)
		}
	}
	return e, nil
}

// Names lists the elements.
func (e Elements) Names() []string { return e.names }

// Recognise (归类) gives the element a problem is about by the words it is told in, and the word that said so:
// of all words of the rules the longest that occurs, of equally long ones the first in the text; "" when
// none does. Nothing else is weighed, so that anybody can see why.
func (e Elements) Recognise(text string) (element, word string) {
	if e.fold == nil {
		return "", ""
	}
	text = e.fold(text)
	longest, first := 0, 0
	for _, name := range e.names {
		for _, w := range e.words[name] {
			at := strings.Index(text, w)
			if n := utf8.RuneCountInString(w); at >= 0 && (n > longest || n == longest && at < first) {
				element, word, longest, first = name, w, n, at
			}
		}
	}
	return element, word
}

// Classify (归类) puts a problem to another element than its words were taken for.
func Classify(m Commitment, element string, e Elements, by Actor) (Outcome, error) {
	switch {
	case !Kinds[m.Kind].Levels:
		return Outcome{}, fault.Newf(fault.Invalid, "%s是%s，只有问题按要素归类。", m.Code, Kinds[m.Kind].Word)
	case element == "":
		return Outcome{}, fault.Newf(fault.Invalid, "请写明%s归为哪一类（%s），例如：问题 %s 归类 %s", m.Code, strings.Join(e.names, "、"), m.Code, e.example())
	case !slices.Contains(e.names, element):
		return Outcome{}, fault.Newf(fault.Invalid, "没有“%s”这一类。请从%s中选一类，例如：问题 %s 归类 %s", cut(element, 20), strings.Join(e.names, "、"), m.Code, e.example())
	case m.Element == element:
		return Outcome{}, fault.Newf(fault.Conflict, "%s已归为%s类，无需更改。", m.Code, element)
	}
	was := m.Element
	m.Element = element
	out := change(m, by, "classify", element)
	out.Entries[0].Before, out.Entries[0].After = fmt.Sprintf(`{"element":%q}`, was), fmt.Sprintf(`{"element":%q}`, element)
	return out, nil
}

// example is an element to show how one is named.
func (e Elements) example() string {
	if len(e.names) == 0 {
		return "资金"
	}
	return e.names[len(e.names)/2]
}
