package config_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"duban/internal/config"
)

const hidden = "hunter2"

// full puts the hidden value into every secret there is, found by type, so that a new one is covered.
func full(t *testing.T) config.Config {
	t.Helper()
	c := config.Default()
	c.WeCom.Webhooks = map[string]config.Secret{"g1": hidden}
	c.DingTalk.Custom = map[string]config.Robot{"g1": {AccessToken: hidden, Secret: hidden}}
	n := 0
	var fill func(reflect.Value)
	fill = func(v reflect.Value) {
		for i := range v.NumField() {
			switch f := v.Field(i); {
			case f.Type() == reflect.TypeFor[config.Secret]():
				f.SetString(hidden)
				n++
			case f.Kind() == reflect.Struct:
				fill(f)
			}
		}
	}
	fill(reflect.ValueOf(&c).Elem())
	if n < 6 {
		t.Fatalf("only %d secrets found", n)
	}
	return c
}

func TestSecretsAreNeverPrinted(t *testing.T) {
	c := full(t)
	printed := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%10s"} {
		printed[verb] = fmt.Sprintf(verb, c)
		printed[verb+" of a pointer"] = fmt.Sprintf(verb, &c)
		printed[verb+" of one"] = fmt.Sprintf(verb, c.WeCom.Secret)
		printed[verb+" of a map"] = fmt.Sprintf(verb, c.WeCom.Webhooks)
	}
	js, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	ym, err := yaml.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "config", c, "secret", c.WeCom.Secret)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "config", c, "secret", c.WeCom.Secret)
	printed["json"], printed["yaml"], printed["slog"] = string(js), string(ym), log.String()
	printed["error"] = fmt.Errorf("cannot sign in with %v", c.WeCom.Secret).Error()
	for how, text := range printed {
		if strings.Contains(text, hidden) || strings.Contains(strings.ToLower(text), fmt.Sprintf("%x", hidden)) {
			t.Errorf("%s shows it: %s", how, text)
		}
	}
	for _, how := range []string{"%v", "json", "yaml", "slog"} {
		if !strings.Contains(printed[how], "***") {
			t.Errorf("%s does not say that there is a secret: %s", how, printed[how])
		}
	}
	if c.WeCom.Secret.Reveal() != hidden || config.Secret("").String() != "" {
		t.Error("a secret is lost, or an empty one pretends to be there")
	}
}

// TestFaultsDoNotQuoteSecrets: neither the sentence nor any cause, for causes are logged.
func TestFaultsDoNotQuoteSecrets(t *testing.T) {
	tests := []struct{ name, yaml, env string }{
		{"secret for a section", "wecom: " + hidden, ""},
		{"secret for a map", "wecom: {webhooks: " + hidden + "}", ""},
		{"secret that looks like an alias", "wecom: {secret: *" + hidden + "}", ""},
		{"secret that looks like a tag", "wecom: {secret: !" + hidden + " [x]}", ""},
		{"secret with an open quote", "wecom: {secret: '" + hidden, ""},
		{"secret for a robot", "dingtalk: {custom: {g1: " + hidden + "}}", ""},
		{"variable for a map", "", "DUBAN_WECOM__WEBHOOKS=" + hidden},
		{"variable of no key", "", "DUBAN_WECOM__SECRT=" + hidden},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := config.Load(strings.NewReader(tt.yaml), []string{tt.env})
			if err == nil {
				t.Fatal("read without a fault")
			}
			for e := err; e != nil; e = errors.Unwrap(e) {
				if text := fmt.Sprintf("%v %+v %#v", e, e, e); strings.Contains(text, hidden) {
					t.Errorf("%s", text)
				}
			}
		})
	}
	c := full(t)
	if err := c.Validate(); err == nil || strings.Contains(err.Error(), hidden) {
		t.Errorf("%v", err)
	}
}
