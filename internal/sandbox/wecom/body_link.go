package wecom

import (
	"strings"
	"unicode/utf8"
)

func renderTextCard(r *record, b *linkBody) error {
	if b == nil || b.Title == "" || b.Description == "" || b.URL == "" {
		return refuse(44004, "textcard needs title, description and url")
	}
	if err := checkLink(*b); err != nil {
		return err
	}
	if utf8.RuneCountInString(b.BtnTxt) > 4 {
		return refuse(40058, "btntxt exceeds 4 characters")
	}
	text := b.BtnTxt
	if text == "" {
		text = "详情"
	}
	r.Title, r.Text = b.Title, b.Description
	r.Buttons = []Button{{Text: text, URL: b.URL}}
	return nil
}

func checkLink(b linkBody) error {
	for _, f := range []struct {
		name, value string
		max         int
	}{{"title", b.Title, 128}, {"description", b.Description, 512}, {"url", b.URL, 2048}} {
		if len(f.value) > f.max {
			return refuse(40058, "%s exceeds %d bytes", f.name, f.max)
		}
	}
	return nil
}

func checkArticles(b *newsBody) error {
	if b == nil || len(b.Articles) == 0 {
		return refuse(44004, "articles are empty")
	}
	if len(b.Articles) > 8 {
		return refuse(40058, "more than 8 articles")
	}
	return nil
}

func renderNews(r *record, b *newsBody) error {
	if err := checkArticles(b); err != nil {
		return err
	}
	var lines []string
	for _, a := range b.Articles {
		if err := checkLink(a); err != nil {
			return err
		}
		lines = addLines(lines, a.Title, a.Description)
		r.Buttons = append(r.Buttons, Button{Text: a.Title, URL: a.URL})
	}
	r.Title, r.Text = b.Articles[0].Title, strings.Join(lines, "\n")
	return nil
}

func renderMpNews(r *record, b *newsBody) error {
	if err := checkArticles(b); err != nil {
		return err
	}
	var lines []string
	size := 0
	for _, a := range b.Articles {
		lines = addLines(lines, a.Title)
		size += len(a.Content)
	}
	if size > 666<<10 {
		return refuse(45002, "mpnews content exceeds 666 KB")
	}
	r.Title, r.Text = b.Articles[0].Title, strings.Join(lines, "\n")
	return nil
}
