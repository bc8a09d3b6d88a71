-- +goose Up
ALTER TABLE `snapshots` ADD COLUMN `facts` MEDIUMTEXT NOT NULL;
