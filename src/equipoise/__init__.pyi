"""The public names of the package and where each is found: read by checkers of types and, for the homes, by the package itself."""

from equipoise.catalogue import load_catalogue as load_catalogue
from equipoise.flights.fly import NoFlightError as NoFlightError
from equipoise.flights.fly import fly as fly
from equipoise.flights.fly import fly_batch as fly_batch
from equipoise.flights.fly import solve as solve
from equipoise.flights.flyout import flyout as flyout
from equipoise.foundation.errors import DomainError as DomainError
from equipoise.foundation.errors import EquipoiseError as EquipoiseError
from equipoise.foundation.errors import InputError as InputError
from equipoise.foundation.errors import StoredResultError as StoredResultError
from equipoise.foundation.errors import UnknownNameError as UnknownNameError
from equipoise.foundation.provenance import Confidence as Confidence
from equipoise.foundation.provenance import Quantity as Quantity
from equipoise.foundation.status import FlightStatus as FlightStatus
from equipoise.foundation.status import Reason as Reason
from equipoise.foundation.status import Truth as Truth
from equipoise.jobs.api import balance as balance
from equipoise.jobs.api import certify as certify
from equipoise.jobs.api import cooperation as cooperation
from equipoise.jobs.api import deciding as deciding
from equipoise.jobs.api import defended_area as defended_area
from equipoise.jobs.api import engage as engage
from equipoise.jobs.api import exposure as exposure
from equipoise.jobs.api import guarantee as guarantee
from equipoise.jobs.api import negotiation_space as negotiation_space
from equipoise.jobs.api import raid as raid
from equipoise.jobs.api import run as run
from equipoise.jobs.api import verify as verify
from equipoise.jobs.api import worst as worst
from equipoise.jobs.crux import crux as crux
from equipoise.jobs.flight_test import evidence as evidence
from equipoise.jobs.flight_test import flight_test as flight_test
from equipoise.jobs.open import diff as diff
from equipoise.jobs.open import load as load
from equipoise.jobs.python_sweep import sweep as sweep
from equipoise.model.clause import Clause as Clause
from equipoise.model.scenario import Correlation as Correlation
from equipoise.model.scenario import Threat as Threat
from equipoise.model.systems import Base as Base
from equipoise.model.systems import Interceptor as Interceptor
from equipoise.model.systems import LaunchArea as LaunchArea
from equipoise.model.systems import Missile as Missile
from equipoise.model.systems import Party as Party
from equipoise.model.systems import Radar as Radar
from equipoise.model.systems import Satellite as Satellite
from equipoise.model.systems import Site as Site
from equipoise.model.vehicle import Stage as Stage
from equipoise.model.vehicle import StagedMissile as StagedMissile
from equipoise.model.vehicle import Vehicle as Vehicle
from equipoise.present.report import write_report as write_report
from equipoise.published import replicate as replicate
from equipoise.results.record import Result as Result
from equipoise.scenario.flight_test import FlightTest as FlightTest
from equipoise.scenario.flight_test import load_flight_test as load_flight_test
from equipoise.scenario.load import Scenario as Scenario
from equipoise.scenario.load import load_scenario as load_scenario

__all__: list[str]
__version__: str
HOMES: dict[str, str]
