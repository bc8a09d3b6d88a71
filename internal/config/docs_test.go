package config_test

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"duban/internal/config"
)

// TestDingTalkDocs: the guides name no setting that is not there, and both name every one an office may need.
func TestDingTalkDocs(t *testing.T) {
	known := map[string]bool{}
	fields := reflect.TypeFor[config.DingTalk]()
	for i := range fields.NumField() {
		known[fields.Field(i).Tag.Get("yaml")] = true
	}
	for _, name := range []string{"setup-dingtalk.md", "setup-dingtalk.zh-CN.md"} {
		b, err := os.ReadFile("../../docs/" + name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile("`dingtalk\\.([a-z_]+)").FindAllStringSubmatch(string(b), -1) {
			if !known[m[1]] {
				t.Errorf("%s: there is no dingtalk.%s", name, m[1])
			}
		}
		for _, key := range []string{"app_key", "app_secret_file", "robot_code", "corp_id", "mode", "card_template", "custom_file",
			"monthly_calls", "monthly_messages", "plain", "event_token_file", "event_aes_key_file", "old_api_base", "session_hosts"} {
			if !strings.Contains(string(b), "`dingtalk."+key) {
				t.Errorf("%s does not say what dingtalk.%s is for", name, key)
			}
		}
	}
}
