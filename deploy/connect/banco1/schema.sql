-- The legacy bank's database: full customer records, and who may do what with them.
-- The server reads this at each start, so every statement may run again.
CREATE DATABASE IF NOT EXISTS legado CHARACTER SET utf8mb4;

CREATE TABLE IF NOT EXISTS legado.clientes (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  nome VARCHAR(120) NOT NULL,
  cpf CHAR(14) NOT NULL,
  email VARCHAR(160) NOT NULL,
  telefone VARCHAR(32) NULL,
  regiao CHAR(2) NOT NULL,
  nascimento DATE NOT NULL,
  nome_mae VARCHAR(120) NOT NULL,
  endereco VARCHAR(200) NOT NULL,
  cidade VARCHAR(80) NOT NULL,
  cep CHAR(9) NOT NULL,
  renda DECIMAL(12, 2) NOT NULL,
  observacoes VARCHAR(400) NOT NULL DEFAULT '',
  alterado_em TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  KEY por_alteracao (alterado_em)
) ENGINE=InnoDB;

-- A beat every five seconds passes through the log like any change: as long as the connector's own
-- heartbeats arrive, the whole way from this server to the topic is open.
CREATE TABLE IF NOT EXISTS legado.batimento (um TINYINT NOT NULL PRIMARY KEY, em TIMESTAMP(6) NOT NULL);
INSERT IGNORE INTO legado.batimento VALUES (1, CURRENT_TIMESTAMP(6));
CREATE DEFINER = 'root'@'localhost' EVENT IF NOT EXISTS legado.bater ON SCHEDULE EVERY 5 SECOND
  DO UPDATE legado.batimento SET em = CURRENT_TIMESTAMP(6) WHERE um = 1;

-- What reads the changes: one table, and the log that the changes stand in.
CREATE USER IF NOT EXISTS 'captura'@'127.0.0.1';
ALTER USER 'captura'@'127.0.0.1' IDENTIFIED BY '{capture_password}';
GRANT RELOAD, REPLICATION SLAVE, BINLOG MONITOR ON *.* TO 'captura'@'127.0.0.1';
GRANT SELECT ON legado.clientes TO 'captura'@'127.0.0.1';

-- The bank's own program.
CREATE USER IF NOT EXISTS 'banco1'@'127.0.0.1';
ALTER USER 'banco1'@'127.0.0.1' IDENTIFIED BY '{application_password}';
GRANT SELECT, INSERT, UPDATE, DELETE ON legado.clientes TO 'banco1'@'127.0.0.1';

-- May log in, and nothing else: asks whether the server is there.
CREATE USER IF NOT EXISTS 'saude'@'127.0.0.1';
