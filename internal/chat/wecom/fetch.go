package wecom

import (
	"context"
	"crypto/aes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	wctx "github.com/silenceper/wechat/v2/work/context"
	"github.com/silenceper/wechat/v2/work/material"

	"duban/internal/chat"
	"duban/internal/fault"
)

var _ chat.Fetcher = (*WeCom)(nil)

// What a person is told.
var (
	errNoFile   = fault.New(fault.NotFound, "文件已过期或无法读取，请重新发送。")
	errBigFile  = fault.New(fault.Invalid, "文件过大，请压缩后重新发送。")
	errFileLate = fault.New(fault.Unavailable, "暂时取不到文件，请稍后再试。")
)

// mediaForm keeps a media id from bringing query parameters of its own: the library does not escape it.
var mediaForm = regexp.MustCompile(`^[A-Za-z0-9_@.-]{1,512}$`)

// Fetch implements chat.Fetcher: an app's file by its media id (3 days), an aibot's by its address
// (5 minutes), decrypted.
func (w *WeCom) Fetch(ctx context.Context, m chat.Media, limit int64) ([]byte, string, error) {
	if m.URL != "" {
		return w.fetchURL(ctx, m, limit)
	}
	if w.tokens == nil || !mediaForm.MatchString(m.ID) {
		return nil, "", errNoFile
	}
	var data []byte
	c, _ := w.withToken(ctx, limit, func(x *wctx.Context) (err error) {
		data, err = material.NewClient(x).GetTempFile(m.ID)
		return err
	})
	switch {
	case errors.Is(c.err, errTooLong):
		return nil, "", errBigFile
	case c.code != nil && *c.code != 0 && verdicts[*c.code].state != chat.Retry:
		return nil, "", errNoFile.Because(w.trouble("media/get", c))
	case c.code != nil && *c.code != 0 || c.err != nil || c.status != http.StatusOK:
		return nil, "", errFileLate.Because(w.trouble("media/get", c))
	}
	return data, kindOf(c.contentType, data), nil
}

// fetchURL gets an aibot's file. The address is signed, so it stays out of errors.
func (w *WeCom) fetchURL(ctx context.Context, m chat.Media, limit int64) ([]byte, string, error) {
	u, err := url.Parse(m.URL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, "", errNoFile
	}
	ctx, cancel := context.WithTimeout(ctx, w.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, "", errNoFile
	}
	resp, err := w.wire.RoundTrip(req)
	if err != nil {
		return nil, "", errFileLate.Because(fmt.Errorf("wecom: get a file of the aibot: %w", err))
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return nil, "", errNoFile.Because(fmt.Errorf("wecom: get a file of the aibot: HTTP %d", resp.StatusCode))
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, limit+chat.PadBlock+1)) // a padding comes off yet
	if err != nil {
		return nil, "", errFileLate.Because(fmt.Errorf("wecom: read a file of the aibot: %w", err))
	}
	if m.Key != "" && int64(len(data)) <= limit+chat.PadBlock {
		key := m.Key
		if key == ownKey && w.bot != nil {
			key = w.bot.secret
		}
		if data, err = decryptFile(key, data); err != nil {
			return nil, "", errNoFile.Because(fmt.Errorf("wecom: decrypt a file of the aibot: %w", err))
		}
	}
	if int64(len(data)) > limit {
		return nil, "", errBigFile
	}
	return data, kindOf("", data), nil
}

// decryptFile undoes AES-256-CBC with the message's own key; its first half is the IV.
func decryptFile(key string, data []byte) ([]byte, error) {
	k, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(key, "="))
	if err != nil || len(k) != 32 {
		return nil, chat.ErrKey
	}
	block, err := aes.NewCipher(k)
	if err != nil {
		return nil, chat.ErrKey
	}
	return chat.Decrypt(block, k[:aes.BlockSize], data)
}

// kindOf believes the platform's type only where it names one; an encrypted file has none.
func kindOf(said string, data []byte) string {
	if said == "" || strings.HasPrefix(said, "application/octet-stream") || strings.HasPrefix(said, "text/plain") {
		return http.DetectContentType(data)
	}
	return said
}
