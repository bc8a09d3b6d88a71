package wecom

import (
	"regexp"
	"strings"
	"time"

	"duban/internal/chat"
)

// choice is what somebody picked in one question of a card.
type choice struct {
	question string
	options  []string
}

// blank stands in a form's words for what is picked.
var blank = regexp.MustCompile(`\{[A-Za-z]+\}`)

// filled gives what a press says: the key of the button, with each {name} replaced by what was picked in
// the question of that name. One that nobody answered is taken out, so that it is asked for in words and
// never taken for an answer.
func filled(key string, picked []choice) string {
	if !strings.Contains(key, "{") {
		return key
	}
	return blank.ReplaceAllStringFunc(key, func(s string) string {
		for _, c := range picked {
			if c.question == s[1:len(s)-1] {
				return strings.Join(c.options, "、")
			}
		}
		return ""
	})
}

// cardLife is how long the code of a press changes an app's card (94945).
const cardLife = 72 * time.Hour

// botCardWindow is how long a press on the aibot's card may be answered by changing the card.
const botCardWindow = 5 * time.Second

// pressedCard tells which card a press was made on and how it can be changed; nil where the platform
// named none.
func pressedCard(id string, update chat.Address, until time.Time) *chat.Card {
	if id == "" {
		return nil
	}
	c := &chat.Card{ID: id}
	if update.To != "" {
		c.Update, c.Until = update, until
	}
	return c
}
