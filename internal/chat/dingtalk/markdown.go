package dingtalk

import (
	"fmt"
	"net/url"
	"strings"

	"duban/internal/chat"
)

const (
	// lineBreak is the only one the platform's markdown knows inside a paragraph.
	lineBreak = "  \n  "
	paragraph = "\n\n"
	// most buttons of one ActionCard template.
	mostButtons = 5
	// most people one message may ring.
	mostMentions = 50
)

// manner is how a route offers the words of a button.
type manner struct {
	tap  bool   // a dtmd:// link says them; the robot hears on this route
	bare bool   // markdown only: buttons are lines of it
	hint string // format of "say it yourself", for the tap is a convenience the platform does not promise
}

// manner gives how a route on which the robot hears offers words.
func (d *DingTalk) manner(hint string) manner {
	return manner{tap: !d.opt.Plain, bare: d.opt.Plain, hint: hint}
}

// link is a button that opens an address.
type link struct{ title, url string }

// sayLink is the address that, tapped inside DingTalk, says the words in the tapper's name.
func sayLink(words string) string {
	return "dtmd://dingtalkclient/sendMessage?content=" + strings.ReplaceAll(url.QueryEscape(words), "+", "%20")
}

// links turns buttons into links, leaving out those that can only be said.
func (n manner) links(buttons []chat.Button) []link {
	if n.bare {
		return nil
	}
	var out []link
	for _, b := range buttons {
		switch {
		case b.URL != "":
			out = append(out, link{b.Label, b.URL})
		case n.tap:
			out = append(out, link{b.Label, sayLink(b.Say)})
		}
	}
	return out
}

// said lists, one a line, how to say the words of the buttons oneself.
func (n manner) said(buttons []chat.Button) []string {
	var out []string
	for _, b := range buttons {
		if b.Say != "" {
			out = append(out, "- "+b.Label+"："+fmt.Sprintf(n.hint, b.Say))
		}
	}
	return out
}

// inline shows buttons as lines of text, where no card can carry them.
func (n manner) inline(buttons []chat.Button) []string {
	var out []string
	for _, b := range buttons {
		switch {
		case b.URL != "":
			out = append(out, "- "+anchor(b.Label, b.URL))
		case n.tap:
			out = append(out, "- "+anchor(b.Label, sayLink(b.Say))+"："+fmt.Sprintf(n.hint, b.Say))
		default:
			out = append(out, "- "+b.Label+"："+fmt.Sprintf(n.hint, b.Say))
		}
	}
	return out
}

// anchor is a markdown link whose address cannot end it early.
func anchor(text, address string) string {
	return "[" + text + "](" + strings.NewReplacer("(", "%28", ")", "%29", " ", "%20").Replace(address) + ")"
}

// text renders a message: title, rows, foot, then the extra blocks.
func text(m chat.Message, extra ...[]string) string {
	blocks := []string{"### " + oneLine(m.Title), lines(m.Rows), lines(m.Foot)}
	for _, e := range extra {
		blocks = append(blocks, lines(e))
	}
	var kept []string
	for _, b := range blocks {
		if b != "" {
			kept = append(kept, b)
		}
	}
	return strings.Join(kept, paragraph)
}

// lines joins rows so that each stands on a line of its own and what follows a list is not drawn into it.
func lines(rows []string) string {
	var b strings.Builder
	var list, open bool
	for _, row := range rows {
		for line := range strings.SplitSeq(row, "\n") {
			line = strings.TrimRight(line, " \r")
			if line == "" {
				open = false
				continue
			}
			item := strings.HasPrefix(line, "- ")
			switch {
			case b.Len() == 0:
			case !open, list && !item:
				b.WriteString(paragraph)
			default:
				b.WriteString(lineBreak)
			}
			b.WriteString(line)
			list, open = item, true
		}
	}
	return b.String()
}

// oneLine is a title as the phone's notification shows it.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// ringing gives at most the number of people the platform rings, and the words that make it ring them.
func ringing(mentions []string) (ids []string, words []string) {
	ids = mentions[:min(len(mentions), mostMentions)]
	if len(ids) > 0 {
		words = []string{"@" + strings.Join(ids, " @")}
	}
	return ids, words
}
