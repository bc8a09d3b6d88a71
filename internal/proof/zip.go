package proof

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"duban/internal/fault"
	"duban/internal/words"
)

// The files of a pack besides its pictures.
const (
	dataFile     = "evidence.json"
	pageFile     = "证据.html"
	manifestFile = "manifest.json"
)

// maxUnpacked is how much of one file of a pack is read, in bytes.
const maxUnpacked = 64 << 20

// Files gives everything a pack consists of, by name, and its code: the hash of the list of all hashes. Whoever
// knows the code knows of any change to the pack.
func (p Pack) Files(w *words.Words) (files map[string][]byte, code string, err error) {
	data, err := json.MarshalIndent(p, "", " ")
	if err != nil {
		return nil, "", fmt.Errorf("write the evidence down: %w", err)
	}
	html, err := p.Page(w)
	if err != nil {
		return nil, "", err
	}
	files = map[string][]byte{dataFile: data, pageFile: html}
	for _, photo := range p.Photos {
		files[photo.File] = photo.data
	}
	list := map[string]string{}
	for name, b := range files {
		list[name] = sum(b)
	}
	manifest, err := json.MarshalIndent(list, "", " ")
	if err != nil {
		return nil, "", fmt.Errorf("write the list of files down: %w", err)
	}
	files[manifestFile] = manifest
	return files, sum(manifest), nil
}

// Save writes the files into a folder, or into one file when the path ends with .zip.
func Save(path string, files map[string][]byte) error {
	if !strings.EqualFold(filepath.Ext(path), ".zip") {
		for name, b := range files {
			file := filepath.Join(path, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				return fmt.Errorf("make a folder: %w", err)
			}
			if err := os.WriteFile(file, b, 0o644); err != nil {
				return fmt.Errorf("write a file: %w", err)
			}
		}
		return nil
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		to, err := z.Create(name)
		if err != nil {
			return fmt.Errorf("pack a file: %w", err)
		}
		if _, err := to.Write(files[name]); err != nil {
			return fmt.Errorf("pack a file: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("pack the files: %w", err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write the pack: %w", err)
	}
	return nil
}

// Load reads a pack from a folder or a .zip file.
func Load(path string) (map[string][]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fault.Newf(fault.Invalid, "%s 打不开，请核对文件名。", path).Because(err)
	}
	files := map[string][]byte{}
	if !info.IsDir() {
		return files, loadZip(path, files)
	}
	err = filepath.WalkDir(path, func(name string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(path, name)
		files[filepath.ToSlash(rel)] = b
		return err
	})
	if err != nil {
		return nil, fault.Newf(fault.Invalid, "%s 读不出来。", path).Because(err)
	}
	return files, nil
}

func loadZip(path string, files map[string][]byte) error {
	z, err := zip.OpenReader(path)
	if err != nil {
		return fault.Newf(fault.Invalid, "%s 不是证据包，或已损坏。", path).Because(err)
	}
	defer func() { _ = z.Close() }()
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return fault.Newf(fault.Conflict, "证据包中的%s已损坏。", f.Name).Because(err)
		}
		b, err := io.ReadAll(io.LimitReader(r, maxUnpacked))
		_ = r.Close()
		if _, twice := files[f.Name]; err != nil || twice {
			return fault.Newf(fault.Conflict, "证据包中的%s已损坏。", f.Name).Because(err)
		}
		files[f.Name] = b
	}
	return nil
}

// CheckFiles finds out, without asking anybody, whether a pack is as it was made: every file has the hash of the
// list, the page is what the rows say, every picture is the one its name says, and every row lies on the chain.
func CheckFiles(files map[string][]byte, w *words.Words) (p Pack, code string, err error) {
	manifest, ok := files[manifestFile]
	if !ok {
		return p, "", fault.Newf(fault.Invalid, "这里没有 %s，不是证据包。", manifestFile)
	}
	var list map[string]string
	if err := json.Unmarshal(manifest, &list); err != nil {
		return p, "", fault.Newf(fault.Conflict, "证据包中的%s被改动，读不出来。", manifestFile).Because(err)
	}
	for _, name := range slices.Sorted(maps.Keys(list)) {
		switch b, ok := files[name]; {
		case !ok:
			return p, "", fault.Newf(fault.Conflict, "证据包缺少%s。", name)
		case sum(b) != list[name]:
			return p, "", fault.Newf(fault.Conflict, "证据包中的%s被改动。", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if _, ok := list[name]; !ok && name != manifestFile {
			return p, "", fault.Newf(fault.Conflict, "证据包中多出了%s。", name)
		}
	}
	if err := json.Unmarshal(files[dataFile], &p); err != nil {
		return p, "", fault.Newf(fault.Conflict, "证据包中的%s被改动，读不出来。", dataFile).Because(err)
	}
	if err := p.Check(); err != nil {
		return p, "", err
	}
	for _, photo := range p.Photos {
		if sum(files[photo.File]) != photo.SHA256 {
			return p, "", fault.Newf(fault.Conflict, "证据包中的照片%s与其校验码不符。", photo.File)
		}
	}
	html, err := p.Page(w)
	if err == nil && p.SameRenderer() && !bytes.Equal(html, files[pageFile]) {
		err = fault.Newf(fault.Conflict, "证据包中的%s与%s不一致，页面被改动。", pageFile, dataFile)
	}
	return p, sum(manifest), err
}

// SameRenderer reports whether this program makes pages as the one did that made the pack. Where it does not, the
// page is proven by the pack's code alone.
func (p Pack) SameRenderer() bool { return p.Renderer == renderer() }
