package main

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
)

// What the imitated platform and both sides of the comparison share.
const (
	corpID   = "wwbench0000000001"
	token    = "benchtoken"
	aesKey   = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
	stamp    = "1772671200" // 2026-03-05 08:40 in Shanghai
	nonce    = "246813579"
	padBlock = 32
)

var errSealed = errors.New("the message cannot be opened")

// seal is the platform's envelope, as the fact sheet has it, written here once more so that the floor
// runs none of the product's code.
type seal struct {
	block cipher.Block
	iv    []byte
}

func newSeal() (*seal, error) {
	key, err := base64.StdEncoding.DecodeString(aesKey + "=")
	if err != nil {
		return nil, fmt.Errorf("read the key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("read the key: %w", err)
	}
	return &seal{block, key[:aes.BlockSize]}, nil
}

// close encrypts a message for the corporation.
func (s *seal) close(msg string) string {
	text := make([]byte, 20, 20+len(msg)+len(corpID)+padBlock)
	_, _ = rand.Read(text[:16]) // never fails
	binary.BigEndian.PutUint32(text[16:], uint32(len(msg)))
	text = append(append(text, msg...), corpID...)
	pad := padBlock - len(text)%padBlock
	for range pad {
		text = append(text, byte(pad))
	}
	cipher.NewCBCEncrypter(s.block, s.iv).CryptBlocks(text, text)
	return base64.StdEncoding.EncodeToString(text)
}

// open decrypts a message.
func (s *seal) open(encrypted string) ([]byte, error) {
	text, err := base64.StdEncoding.DecodeString(encrypted)
	if err != nil || len(text) == 0 || len(text)%aes.BlockSize != 0 {
		return nil, errSealed
	}
	cipher.NewCBCDecrypter(s.block, s.iv).CryptBlocks(text, text)
	pad := int(text[len(text)-1])
	if pad < 1 || pad > padBlock || len(text) < 20+pad {
		return nil, errSealed
	}
	text = text[:len(text)-pad]
	n := int(binary.BigEndian.Uint32(text[16:20]))
	if 20+n > len(text) || string(text[20+n:]) != corpID {
		return nil, errSealed
	}
	return text[20 : 20+n], nil
}

func sign(encrypted string) string {
	parts := []string{token, stamp, nonce, encrypted}
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, "")))
	return hex.EncodeToString(sum[:])
}

// request is a whole callback on the wire: somebody typed a text.
func (s *seal) request(id, user, text string) []byte {
	encrypted := s.close(fmt.Sprintf("<xml><ToUserName><![CDATA[%s]]></ToUserName><FromUserName><![CDATA[%s]]></FromUserName>"+
		"<CreateTime>%s</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[%s]]></Content><MsgId>%s</MsgId>"+
		"<AgentID>1000002</AgentID></xml>", corpID, user, stamp, text, id))
	body := "<xml><ToUserName><![CDATA[" + corpID + "]]></ToUserName><AgentID><![CDATA[1000002]]></AgentID><Encrypt><![CDATA[" +
		encrypted + "]]></Encrypt></xml>"
	return fmt.Appendf(nil, "POST /callback?msg_signature=%s&timestamp=%s&nonce=%s HTTP/1.1\r\nHost: bench\r\nContent-Length: %d\r\n\r\n%s",
		sign(encrypted), stamp, nonce, len(body), body)
}

// heard is what the floor reads of a callback.
type heard struct {
	From    string `xml:"FromUserName"`
	ID      string `xml:"MsgId"`
	Content string `xml:"Content"`
}

// bare is the floor's handler: checks the signature, decrypts, parses, and hands over what it read.
func (s *seal) bare(take func(*http.Request, heard) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var outer struct{ Encrypt string }
		var m heard
		body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		if err == nil {
			err = xml.Unmarshal(body, &outer)
		}
		q := r.URL.Query()
		if err == nil && subtle.ConstantTimeCompare([]byte(sign(outer.Encrypt)), []byte(q.Get("msg_signature"))) != 1 {
			err = errSealed
		}
		if err == nil {
			var msg []byte
			if msg, err = s.open(outer.Encrypt); err == nil {
				err = xml.Unmarshal(msg, &m)
			}
		}
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if err := take(r, m); err != nil {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
}
