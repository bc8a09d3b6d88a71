package dingtalk

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// cryptBlock is what pushed events are padded to: 32 bytes, not the 16 of AES.
const cryptBlock = 32

// sealer encrypts and signs the events pushed to one application; owner is its AppKey.
type sealer struct {
	token, owner string
	key          []byte
}

func newSealer(token, aesKey, owner string) (*sealer, error) {
	key, err := base64.StdEncoding.DecodeString(aesKey + "=")
	if err != nil || len(key) != 32 || token == "" {
		return nil, errors.New("an event subscription needs a token and an aes_key of 43 characters")
	}
	return &sealer{token, owner, key}, nil
}

// sign is the hex SHA-1 over the sorted four.
func (z *sealer) sign(timestamp, nonce, sealed string) string {
	parts := []string{z.token, timestamp, nonce, sealed}
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, "")))
	return hex.EncodeToString(sum[:])
}

// sealWith encrypts: 16 random bytes, the length, the message, the owner, padding.
func (z *sealer) sealWith(random, message []byte) string {
	plain := append([]byte(nil), random...)
	plain = binary.BigEndian.AppendUint32(plain, uint32(len(message)))
	plain = append(append(plain, message...), z.owner...)
	pad := cryptBlock - len(plain)%cryptBlock
	for range pad {
		plain = append(plain, byte(pad))
	}
	block, err := aes.NewCipher(z.key)
	if err != nil {
		panic("sandbox dingtalk: a checked key of 32 bytes was refused: " + err.Error())
	}
	cipher.NewCBCEncrypter(block, z.key[:aes.BlockSize]).CryptBlocks(plain, plain)
	return base64.StdEncoding.EncodeToString(plain)
}

// open decrypts and checks padding, length and owner.
func (z *sealer) open(sealed string) (string, error) {
	data, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil || len(data) == 0 || len(data)%cryptBlock != 0 {
		return "", errors.New("not base64 of whole 32-byte blocks")
	}
	block, err := aes.NewCipher(z.key)
	if err != nil {
		return "", err
	}
	cipher.NewCBCDecrypter(block, z.key[:aes.BlockSize]).CryptBlocks(data, data)
	pad := int(data[len(data)-1])
	if pad < 1 || pad > cryptBlock || len(data)-pad < 20 {
		return "", errors.New("bad padding")
	}
	data = data[:len(data)-pad]
	size, rest := binary.BigEndian.Uint32(data[16:20]), data[20:]
	if uint64(size) > uint64(len(rest)) {
		return "", errors.New("the length does not fit")
	}
	if got := string(rest[size:]); got != z.owner {
		return "", fmt.Errorf("meant for %q, not %q", got, z.owner)
	}
	return string(rest[:size]), nil
}

// request gives the address and the body of a pushed event as of now, spoiled as Forge says.
func (z *sealer) request(to string, event []byte, now time.Time, forged Forgery) (address string, body []byte) {
	random := make([]byte, 16)
	_, _ = rand.Read(random)
	sealed, nonce, at := z.sealWith(random, event), newID(), strconv.FormatInt(now.Add(-forged.Age).UnixMilli(), 10)
	sign := z.sign(at, nonce, sealed)
	if forged.WrongSign {
		sign = z.sign(at, nonce+"x", sealed)
	}
	q := url.Values{"msg_signature": {sign}, "timestamp": {at}, "nonce": {nonce}}
	body, _ = json.Marshal(map[string]string{"encrypt": sealed})
	return to + "?" + q.Encode(), body
}

// success reads the answer to a pushed event: it must be signed and say the word, encrypted.
func (z *sealer) success(answer string) error {
	var a struct {
		Signature string `json:"msg_signature"`
		Encrypt   string `json:"encrypt"`
		TimeStamp string `json:"timeStamp"`
		Nonce     string `json:"nonce"`
	}
	if err := json.Unmarshal([]byte(answer), &a); err != nil {
		return fmt.Errorf("the answer to the event is no JSON: %w", err)
	}
	if a.Signature != z.sign(a.TimeStamp, a.Nonce, a.Encrypt) {
		return errors.New("the answer to the event is not signed")
	}
	said, err := z.open(a.Encrypt)
	if err == nil && said != "success" {
		err = fmt.Errorf("the answer to the event says %q", said)
	}
	return err
}
