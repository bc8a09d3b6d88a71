-- +goose Up
ALTER TABLE `snapshots` ADD COLUMN `facts` TEXT NOT NULL DEFAULT '';
