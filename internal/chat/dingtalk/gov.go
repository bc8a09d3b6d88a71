package dingtalk

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"duban/internal/clock"
)

// gov speaks with a government deployment (专有钉钉): other paths, signed requests, and people who have an employee code
// and an account id in place of a user id. What of it is not in any document at hand is not done.
type gov struct {
	d      *DingTalk
	tenant string
	byCode bool // the register names people by employee code, not by account id
}

// govEnvelope is around every answer.
type govEnvelope struct {
	Success   loose[bool] `json:"success"`
	ErrorCode scalar      `json:"errorCode"`
	ErrorMsg  scalar      `json:"errorMsg"`
	Content   struct {
		Success loose[bool]     `json:"success"`
		Data    json.RawMessage `json:"data"`
		Code    scalar          `json:"responseCode"`
		Message scalar          `json:"responseMessage"`
		Request scalar          `json:"requestId"`
	} `json:"content"`
}

// call posts a form with the access token and reads the answer's data into out.
func (g *gov) call(ctx context.Context, path string, params url.Values, out any) error {
	return g.d.authorised(ctx, func(token string) error {
		with := url.Values{"access_token": {token}}
		for k, v := range params {
			with[k] = v
		}
		return g.post(ctx, path, with, out, token)
	})
}

func (g *gov) post(ctx context.Context, path string, params url.Values, out any, secrets ...string) error {
	var e govEnvelope
	err := g.d.wire.call(ctx, request{
		method: http.MethodPost, url: g.d.opt.OldAPIBase + path, body: []byte(params.Encode()), kind: "application/x-www-form-urlencoded",
		headers: g.sign(http.MethodPost, path, params), secrets: secrets,
	}, &e)
	if err != nil {
		return err
	}
	c := &e.Content
	switch ok := e.Success.v && c.Success.v && (c.Code == "" || c.Code == "0"); {
	case !ok:
		t := &trouble{status: http.StatusOK, left: true, code: g.d.wire.hide(string(named(c.Code, e.ErrorCode)), request{secrets: secrets}), request: string(c.Request)}
		t.message = g.d.wire.hide(string(named(c.Message, e.ErrorMsg)), request{secrets: secrets})
		if t.code == "" || t.code == "0" {
			t.code = govRefused
		}
		return t
	case out != nil && json.Unmarshal(c.Data, out) != nil:
		return &trouble{status: http.StatusOK, left: true, cause: errors.New("the answer has another shape than documented")}
	}
	return nil
}

// govRefused stands for a refusal without a code.
const govRefused = "gov_refused"

func named(all ...scalar) scalar {
	for _, s := range all {
		if s != "" && s != "0" {
			return s
		}
	}
	return ""
}

// sign gives the headers that prove a request: HMAC-SHA256 over method, moment, nonce, path and the sorted parameters.
func (g *gov) sign(method, path string, params url.Values) map[string]string {
	now := g.d.clock.Now()
	digits, err := rand.Int(rand.Reader, big.NewInt(10_000))
	if err != nil {
		digits = big.NewInt(now.UnixNano() % 10_000)
	}
	at := now.In(clock.Shanghai).Format("2006-01-02T15:04:05.000-07:00")
	nonce := fmt.Sprintf("%d%04d", now.UnixMilli(), digits.Int64())
	return map[string]string{
		"X-Hmac-Auth-Timestamp": at, "X-Hmac-Auth-Version": "1.0", "X-Hmac-Auth-Nonce": nonce, "apiKey": g.d.opt.AppKey,
		"X-Hmac-Auth-Signature": govSignature(g.d.opt.AppSecret, method, at, nonce, path, params),
	}
}

func govSignature(secret, method, at, nonce, path string, params url.Values) string {
	lines := []string{method, at, nonce, path}
	var pairs []string
	for k, all := range params {
		for _, v := range all {
			pairs = append(pairs, k+"="+v)
		}
	}
	if len(pairs) > 0 {
		slices.Sort(pairs)
		lines = append(lines, strings.Join(pairs, "&"))
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(strings.Join(lines, "\n")))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// token asks for an access token.
func (g *gov) token(ctx context.Context) (string, time.Duration, error) {
	var out struct {
		AccessToken string `json:"accessToken"`
		ExpiresIn   scalar `json:"expiresIn"`
	}
	err := g.post(ctx, "/gettoken.json", url.Values{"appkey": {g.d.opt.AppKey}, "appsecret": {g.d.opt.AppSecret}}, &out)
	if err != nil {
		return "", 0, notSent(err)
	}
	seconds, bad := strconv.Atoi(string(out.ExpiresIn))
	if out.AccessToken == "" || bad != nil || seconds <= 0 {
		return "", 0, &trouble{status: http.StatusOK, page: true, cause: errors.New("the token answer has no token")}
	}
	return out.AccessToken, time.Duration(seconds) * time.Second, nil
}

// accounts gives the account ids of employees, by employee code; who is not in it is unknown to the platform.
func (g *gov) accounts(ctx context.Context, codes []string) (map[string]string, error) {
	var out []struct {
		AccountID    scalar `json:"accountId"`
		EmployeeCode scalar `json:"employeeCode"`
	}
	if err := g.call(ctx, "/mozi/employee/listEmployeeAccountIds", url.Values{"employeeCodes": codes, "tenantId": {g.tenant}}, &out); err != nil {
		return nil, err
	}
	found := map[string]string{}
	for _, a := range out {
		if a.AccountID != "" && a.EmployeeCode != "" {
			found[string(a.EmployeeCode)] = string(a.AccountID)
		}
	}
	return found, nil
}
