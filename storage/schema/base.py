"""What all tables have in common: their names in the database, and ids."""

from sqlalchemy import BigInteger, Integer, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite only makes `INTEGER PRIMARY KEY` the row id, and it does so for that very type name alone.
RowId = BigInteger().with_variant(Integer, "sqlite")
