package wecom

import (
	"encoding/xml"
	"strings"
	"testing"
)

func pairs(t testing.TB, doc string) (map[string]string, error) {
	t.Helper()
	got := map[string]string{}
	err := children([]byte(doc), func(name, text []byte) { got[string(name)] = string(text) })
	return got, err
}

func TestChildren(t *testing.T) {
	for _, c := range []struct{ name, doc, tag, want string }{
		{"cdata", `<xml><A><![CDATA[甲]]></A></xml>`, "A", "甲"},
		{"two cdata", `<xml><A><![CDATA[a]]]]><![CDATA[>b]]></A></xml>`, "A", "a]]>b"},
		{"markup inside", `<xml><A><![CDATA[<B>1</B>]]></A></xml>`, "A", "<B>1</B>"},
		{"entities", `<xml><A>&lt;&amp;&gt;&quot;&apos;&#65;&#x4e2d;</A></xml>`, "A", "<&>\"'A中"},
		{"number", `<xml><A>1767225601</A></xml>`, "A", "1767225601"},
		{"empty", `<xml><A/><B>1</B></xml>`, "B", "1"},
		{"nested is walked over", `<xml><A>x<B>y</B><C/>z</A><D>1</D></xml>`, "A", "xz"},
		{"after nested", `<xml><A><B><A>no</A></B></A><D>1</D></xml>`, "D", "1"},
		{"spaces and a first line", "\ufeff<?xml version=\"1.0\"?>\n<xml>\n <A>1</A>\n</xml>\n", "A", "1"},
		{"the last of two", `<xml><A>1</A><A>2</A></xml>`, "A", "2"},
		{"nothing inside", `<xml></xml>`, "A", ""},
		{"bare root", `<xml/>`, "A", ""},
	} {
		got, err := pairs(t, c.doc)
		if err != nil || got[c.tag] != c.want {
			t.Errorf("%s: %q, %v; want %q", c.name, got[c.tag], err, c.want)
		}
	}
}

func TestChildrenRefused(t *testing.T) {
	for name, doc := range map[string]string{
		"nothing": "", "text": "hello", "no root": "<A>", "open root": "<xml><A>1</A>", "wrong end": "<xml><A>1</B></xml>",
		"crossed": "<xml><A><B>1</A></B></xml>", "attribute": `<xml><A x="1">1</A></xml>`, "comment": "<xml><!-- --><A>1</A></xml>",
		"doctype": "<!DOCTYPE x><xml><A>1</A></xml>", "entity": "<xml><A>&x;</A></xml>", "huge entity": "<xml><A>&#xFFFFFFFF;</A></xml>",
		"surrogate": "<xml><A>&#xD800;</A></xml>", "nul": "<xml><A>&#0;</A></xml>", "cut cdata": "<xml><A><![CDATA[x</A></xml>",
		"text between": "<xml>x<A>1</A></xml>", "second root": "<xml></xml><xml></xml>", "not UTF-8": "<xml><A>\xff</A></xml>",
		"too deep": "<xml>" + strings.Repeat("<A>", 40) + strings.Repeat("</A>", 40) + "</xml>",
	} {
		if got, err := pairs(t, doc); err == nil {
			t.Errorf("%s: taken as %v", name, got)
		}
	}
}

func TestChildrenLeavesTheDocument(t *testing.T) {
	doc := []byte(`<xml><A><![CDATA[a]]>b</A><B>c</B></xml>`)
	before := string(doc)
	if err := children(doc, func(_, _ []byte) {}); err != nil {
		t.Fatal(err)
	}
	if string(doc) != before {
		t.Errorf("the document was written to: %s", doc)
	}
}

// FuzzChildren compares with encoding/xml: whatever both take must read the same.
func FuzzChildren(f *testing.F) {
	f.Add(`<xml><MsgType><![CDATA[text]]></MsgType><Content>a&amp;b</Content></xml>`)
	f.Add(`<xml><Content>x<![CDATA[y]]>z<SelectedItems><Content>q</Content></SelectedItems></Content></xml>`)
	f.Add("<?xml version=\"1.0\"?><xml><MsgType/>\r\n</xml>")
	f.Fuzz(func(t *testing.T, doc string) {
		got, err := pairs(t, doc)
		if err != nil {
			return
		}
		var want struct {
			MsgType string
			Content string
		}
		if xml.Unmarshal([]byte(doc), &want) != nil {
			return // encoding/xml is stricter about names and characters
		}
		norm := func(s string) string { return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n") }
		for tag, w := range map[string]string{"MsgType": want.MsgType, "Content": want.Content} {
			if norm(got[tag]) != norm(w) {
				t.Errorf("%s = %q, encoding/xml says %q, in %q", tag, got[tag], w, doc)
			}
		}
	})
}
